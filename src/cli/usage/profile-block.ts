/** What one profile has left and has used, as lines for a person. Pure, but for the time zone of the machine. */
import { fullWindows, limitOutlook } from '../../api/profile-room.js'
import type { ProfileUsage } from '../../api/usage.js'
import { displayWidth, wrapText } from '../present/display-width.js'
import { inertText } from '../present/inert-text.js'
import { resumeUnder } from '../session-view.js'
import { agoText, countText, dollarsText, momentText } from './amounts.js'
import { INDENT, type Line, named, paragraph, quiet, withSpaces } from './lines.js'
import { windowLines } from './window-lines.js'

export interface BlockOptions {
  /** Columns. */
  readonly width: number
  readonly nowMs: number
  /** All profiles, of which some may have room. */
  readonly profiles: readonly ProfileUsage[]
}

/** Of what was used: the longest is `requests`. */
const NAME_WIDTH = 10

export function profileBlock(profile: ProfileUsage, options: BlockOptions): readonly Line[] {
  const { width, nowMs } = options
  const name = inertText(profile.name)
  const heard = profile.lastAt === null ? '' : `last heard ${agoText(profile.lastAt, nowMs)}`
  const about = [inertText(profile.agent), heard].filter((part) => part !== '').join(', ')
  const heading: Line[] =
    displayWidth(name) + 2 + displayWidth(about) <= width
      ? [[name, '  ', quiet(about)]]
      : [[name], ...paragraph(about, { width, indent: INDENT, tone: 'quiet' })]
  const lines = [
    ...heading,
    ...windowLines(profile, options),
    ...limitLines(profile, options),
    ...(profile.requests + profile.errors === 0 ? [] : totalLines(profile, width)),
  ]
  return lines.map((line) => line.map(withSpaces))
}

/** What a person may do about a limit. perch proposes, and does nothing by itself. */
function limitLines(profile: ProfileUsage, { width, nowMs, profiles }: BlockOptions): readonly Line[] {
  if (fullWindows(profile, nowMs).length === 0) return []
  const { resetsAt, room } = limitOutlook(profiles, profile.name, nowMs)
  const resets = resetsAt === null ? 'is at its limit' : `resets ${momentText(resetsAt, nowMs)}`
  const what = room === null ? `no other profile of ${profile.agent} is known to have room` : `${room} has room`
  // On a line of its own: a command that is broken in two is none, where there is room for it in one.
  const how = room === null ? [] : wrapText(resumeUnder({ id: 'SESSION', name: null }, inertText(room)), width - INDENT.length)
  return [
    ...paragraph(`${inertText(profile.name)} ${resets}; ${inertText(what)}`, { width, indent: INDENT, tone: 'bad' }),
    ...how.map((line): Line => [INDENT, line]),
  ]
}

function totalLines(profile: ProfileUsage, width: number): readonly Line[] {
  const { tokens, requests, errors, missed = 0 } = profile
  const used = [
    `${countText(tokens.input)} in`,
    `${countText(tokens.output)} out`,
    `${countText(tokens.cacheRead)} cache read`,
    `${countText(tokens.cacheCreation)} cache written`,
  ]
  const asked = [
    String(requests),
    ...(errors === 0 ? [] : [`${errors} ${errors === 1 ? 'error' : 'errors'}`]),
    ...(missed === 0 ? [] : [`${missed} dropped unread, which are in no sum`]),
  ]
  return [
    ...named('tokens', used.join(', '), width, NAME_WIDTH),
    ...named('cost', costText(profile), width, NAME_WIDTH),
    ...named('requests', asked.join(', '), width, NAME_WIDTH),
  ]
}

/** What a request costs only the agent says, as its own estimate: no bill. */
export function costText({ costUsd, requests, unpriced = 0 }: Pick<ProfileUsage, 'costUsd' | 'requests' | 'unpriced'>): string {
  if (requests > 0 && unpriced === requests) return 'not told'
  const without = unpriced === 0 ? '' : `; ${unpriced} ${unpriced === 1 ? 'request' : 'requests'} without one`
  return `${dollarsText(costUsd)} (the agent's own estimate${without})`
}

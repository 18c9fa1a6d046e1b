/** What one profile has left and has used, as lines for a person. Pure, but for the time zone of the machine. */
import { fullWindows, hasBegunAnew, limitedUntil, profilesWithRoom } from '../../api/profile-room.js'
import type { ProfileUsage, UsageWindow } from '../../api/usage.js'
import { displayWidth, wrapText } from '../present/display-width.js'
import { inertText } from '../present/inert-text.js'
import type { Cell, Tone } from '../result.js'
import { agoText, countText, dollarsText, momentText, percentText, spanText, UNBROKEN } from './amounts.js'
import { paceOf } from './pace.js'

/** One line: its cells one after the other. */
export type Line = readonly Cell[]

export interface BlockOptions {
  /** Columns. */
  readonly width: number
  readonly nowMs: number
  /** All profiles, of which some may have room. */
  readonly profiles: readonly ProfileUsage[]
}

const INDENT = '  '
const WIDEST_BAR = 30
const NARROWEST_BAR = 8
const PERCENT_WIDTH = 6
/** Of what was used: the longest is `requests`. */
const NAME_WIDTH = 10
const [USED, LEFT] = ['\u2588', '\u2591']
/** As far from an even spread as nobody minds, in percentage points. */
const EVEN_WITHIN = 3

/** The agents whose sessions tell perch what they use. */
const TELLING_AGENTS: readonly string[] = ['claude']

export function profileBlock(profile: ProfileUsage, options: BlockOptions): readonly Line[] {
  const { width, nowMs } = options
  const name = inertText(profile.name)
  const heard = profile.lastAt === null ? '' : `last heard ${agoText(profile.lastAt, nowMs)}`
  const about = [profile.agent, heard].filter((part) => part !== '').join(', ')
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

function windowLines(profile: ProfileUsage, options: BlockOptions): readonly Line[] {
  const { width, nowMs } = options
  if (profile.windows.length === 0) return paragraph(whyNoWindows(profile), { width, indent: INDENT, tone: 'quiet' })
  const labelWidth = Math.max(...profile.windows.map(({ kind }) => displayWidth(inertText(kind))))
  const indent = INDENT + ' '.repeat(labelWidth + 2)
  const free = width - indent.length - PERCENT_WIDTH
  const longestReset = Math.max(...profile.windows.map((window) => displayWidth(resetText(window, nowMs))))
  // What is said of the reset stands beside the bars where it leaves enough of them, else below.
  const isBeside = free - longestReset - 2 >= NARROWEST_BAR
  const barWidth = Math.min(WIDEST_BAR, Math.max(NARROWEST_BAR, isBeside ? free - longestReset - 2 : free))
  return profile.windows.flatMap((window) => oneWindow(window, { labelWidth, barWidth, isBeside, indent, width, nowMs }))
}

interface WindowPlace extends Place {
  readonly labelWidth: number
  readonly barWidth: number
  readonly isBeside: boolean
  readonly nowMs: number
}

function oneWindow(window: UsageWindow, place: WindowPlace): readonly Line[] {
  const { labelWidth, barWidth, isBeside, indent, width, nowMs } = place
  const isPast = hasBegunAnew(window, nowMs)
  const label = inertText(window.kind).padEnd(labelWidth)
  const percent = (isPast ? '?' : percentText(window.usedPercent)).padStart(PERCENT_WIDTH)
  const reset = resetText(window, nowMs)
  const first: Line = [INDENT, label, '  ', bar(isPast ? 0 : window.usedPercent, barWidth, toneOf(window, isPast)), percent]
  const below = { width, indent, tone: 'quiet' as Tone }
  return [
    isBeside ? [...first, '  ', quiet(reset)] : first,
    ...(isBeside ? [] : paragraph(reset, below)),
    ...(isPast ? paragraph(`was at ${percentText(window.usedPercent)}; what is used since is not known`, below) : []),
    ...(isPast ? [] : paceLines(window, { width, indent })),
    ...(isPast ? [] : forecastLines(window, { width, indent }, nowMs)),
  ]
}

function resetText({ resetsAt, sampledAt }: UsageWindow, nowMs: number): string {
  const seen = `seen ${agoText(sampledAt, nowMs)}`
  if (resetsAt === null) return `its reset is not told, ${seen}`
  const at = momentText(resetsAt, nowMs)
  const leftMs = Date.parse(resetsAt) - nowMs
  return leftMs <= 0 ? `began anew ${at}, ${seen}` : `resets ${at}, in ${spanText(leftMs)}, ${seen}`
}

interface Place {
  readonly width: number
  readonly indent: string
}

function paceLines(window: UsageWindow, place: Place): readonly Line[] {
  const pace = paceOf(window)
  if (pace === undefined) return []
  const points = Math.round(Math.abs(pace.aheadBy))
  const even = `an even spread (${percentText(pace.evenPercent)})`
  if (points <= EVEN_WITHIN) return paragraph(`about at ${even}`, { ...place, tone: 'quiet' })
  const isAhead = pace.aheadBy > 0
  return paragraph(`${points} points ${isAhead ? 'ahead of' : 'below'} ${even}`, { ...place, tone: isAhead ? 'bad' : 'good' })
}

function forecastLines({ fullAt, usedPercent }: UsageWindow, place: Place, nowMs: number): readonly Line[] {
  if (usedPercent >= 100 || typeof fullAt !== 'string') return []
  const leftMs = Date.parse(fullAt) - nowMs
  const when = leftMs <= 0 ? 'about now' : `${momentText(fullAt, nowMs)}, in ${spanText(leftMs)}`
  return paragraph(`used up at the rate of late: ${when}`, { ...place, tone: 'bad' })
}

/** What a person may do about a limit. perch proposes, and does nothing by itself. */
function limitLines(profile: ProfileUsage, { width, nowMs, profiles }: BlockOptions): readonly Line[] {
  if (fullWindows(profile, nowMs).length === 0) return []
  const until = limitedUntil(profile, nowMs)
  const resets = until ? `resets ${momentText(until, nowMs)}` : 'is at its limit'
  const [room] = profilesWithRoom(profiles, profile.name, nowMs)
  const proposal = room
    ? `${room.profile} has room: perch resume SESSION --profile ${room.profile}`
    : `no other profile of ${profile.agent} is known to have room`
  return paragraph(`${inertText(profile.name)} ${resets}; ${inertText(proposal)}`, { width, indent: INDENT, tone: 'bad' })
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
    ...named('tokens', used.join(', '), width),
    ...named('cost', costText(profile), width),
    ...named('requests', asked.join(', '), width),
  ]
}

function named(name: string, text: string, width: number): readonly Line[] {
  const indent = INDENT + ' '.repeat(NAME_WIDTH)
  const [first = '', ...rest] = wrapText(text, width - indent.length)
  return [[INDENT, quiet(name.padEnd(NAME_WIDTH)), first], ...rest.map((line): Line => [indent, line])]
}

/** What a request costs only the agent says, as its own estimate: no bill. */
export function costText({ costUsd, requests, unpriced = 0 }: Pick<ProfileUsage, 'costUsd' | 'requests' | 'unpriced'>): string {
  if (requests > 0 && unpriced === requests) return 'not told'
  const without = unpriced === 0 ? '' : `; ${unpriced} ${unpriced === 1 ? 'request' : 'requests'} without one`
  return `${dollarsText(costUsd)} (the agent's own estimate${without})`
}

function whyNoWindows({ agent, removed, lastAt, name }: ProfileUsage): string {
  if (removed === true) return 'the profile was removed; its limits are not known any more'
  if (!TELLING_AGENTS.includes(agent)) {
    return agent === 'command' ? 'a command has no account that perch knows' : `perch hears nothing from ${inertText(agent)} yet`
  }
  if (lastAt === null) return `nothing heard yet: usage is told by sessions (perch run ${inertText(name)})`
  return 'no limits told: an API key has none, and a login tells them with an answer'
}

function bar(usedPercent: number, width: number, tone: Tone): Cell {
  const share = Math.min(1, Math.max(0, usedPercent / 100))
  // Not full before it is, and not empty once something is used.
  const filled = share >= 1 ? width : Math.min(width - 1, Math.max(share > 0 ? 1 : 0, Math.round(share * width)))
  return { text: USED.repeat(filled) + LEFT.repeat(width - filled), tone }
}

function toneOf({ usedPercent, fullAt }: UsageWindow, isPast: boolean): Tone {
  if (isPast) return 'quiet'
  return usedPercent >= 100 || typeof fullAt === 'string' ? 'bad' : 'good'
}

function paragraph(text: string, { width, indent, tone }: Place & { readonly tone: Tone }): readonly Line[] {
  return wrapText(text, Math.max(1, width - indent.length)).map((line): Line => [indent, { text: line, tone }])
}

function withSpaces(cell: Cell): Cell {
  if (typeof cell === 'string') return cell.replaceAll(UNBROKEN, ' ')
  return { ...cell, text: cell.text.replaceAll(UNBROKEN, ' ') }
}

function quiet(text: string): Cell {
  return { text, tone: 'quiet' }
}

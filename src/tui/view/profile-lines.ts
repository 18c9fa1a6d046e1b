/** The accounts: whose login stands, and what is left of their allowances as their agents last heard. Pure. */
import type { Profile } from '../../api/profile.js'
import type { ProfileUsage, UsageReply } from '../../api/usage.js'
import { loginCell } from '../../cli/login-cell.js'
import { displayWidth } from '../../cli/present/display-width.js'
import { fitSpan, type Line } from '../paint/line.js'
import type { Tone } from '../paint/style.js'
import { type Column, columnLines } from './columns.js'
import { barFrame, usageBar } from './usage-bar.js'
import type { ViewClock } from './view-clock.js'

const LONGEST_NAME = 20
/** Of cells of the command line. */
const TONES: Readonly<Record<string, Tone>> = { good: 'good', bad: 'bad', call: 'warn' }
const SHORTEST_BAR = 4
const LONGEST_BAR = 12
/** An agent has two windows mostly; more are in `perch usage`. */
const WINDOWS_SHOWN = 3

/** The heading, and a line for each of the first `room` profiles; the heading says how many there are more. */
export function profileLines(
  profiles: readonly Profile[],
  usage: UsageReply | undefined,
  { room, width, clock }: { readonly room: number; readonly width: number; readonly clock: ViewClock },
): readonly Line[] {
  const ordered = [...profiles].sort(byInterest)
  const shown = ordered.slice(0, room)
  const usages = shown.map(({ name }) => usage?.profiles.find((one) => one.name === name))
  const hidden = profiles.length - shown.length
  return columnLines(
    [
      textColumn(
        hidden > 0 ? `PROFILE (+${hidden})` : 'PROFILE',
        shown.map(({ name }) => name),
        { min: 8 },
      ),
      {
        ...textColumn(
          'AGENT',
          shown.map(({ agent }) => agent),
          { min: 6 },
        ),
        priority: 2,
      },
      { ...loginColumn(shown, clock), priority: 4 },
      ...windowColumns(usages, clock),
      { ...seenColumn(usages, clock), priority: 1 },
    ],
    shown.length,
    width,
  )
}

/** Those that are in use first, then the default; otherwise as they came. */
function byInterest(a: Profile, b: Profile): number {
  return Number(b.sessions > 0) - Number(a.sessions > 0) || Number(b.default) - Number(a.default)
}

function textColumn(title: string, texts: readonly string[], { min }: { readonly min: number }): Column {
  const longest = Math.max(displayWidth(title), ...texts.map(displayWidth))
  return {
    title,
    min,
    wanted: Math.min(LONGEST_NAME, longest),
    cells: texts.map((text) => (width) => [fitSpan(text, width)]),
  }
}

function loginColumn(profiles: readonly Profile[], clock: ViewClock): Column {
  const cells = profiles.map((profile) => loginCell(profile, clock.nowMs))
  const texts = cells.map((cell) => (typeof cell === 'string' ? cell : cell.text))
  return {
    title: 'LOGIN',
    min: 5,
    wanted: Math.max(5, ...texts.map(displayWidth)),
    cells: cells.map((cell, at) => (width) => {
      const tone = typeof cell === 'string' ? 'quiet' : (TONES[cell.tone] ?? 'quiet')
      return [fitSpan(texts[at] ?? '', width, { style: { tone } })]
    }),
  }
}

function windowColumns(usages: readonly (ProfileUsage | undefined)[], clock: ViewClock): readonly Column[] {
  const count = Math.min(WINDOWS_SHOWN, Math.max(0, ...usages.map((usage) => usage?.windows.length ?? 0)))
  return Array.from({ length: count }, (_, at) => {
    const windows = usages.map((usage) => usage?.windows[at])
    const frame = Math.max(...windows.map((window) => (window ? barFrame(window.kind) : 0)))
    return {
      title: at === 0 ? 'USED' : '',
      min: frame + 1 + SHORTEST_BAR,
      wanted: frame + 1 + LONGEST_BAR,
      // The first one is what stops somebody next.
      ...(at > 0 && { priority: 5 - at }),
      cells: windows.map((window) => (width) => (window ? usageBar(window, width, clock) : [])),
    }
  })
}

/** When anything was last heard of the account. */
function seenColumn(usages: readonly (ProfileUsage | undefined)[], clock: ViewClock): Column {
  const isKnown = usages.some((usage) => usage?.lastAt)
  const texts = usages.map((usage) => (usage?.lastAt ? `${clock.age(usage.lastAt)} ago` : isKnown ? '-' : ''))
  const width = isKnown ? 9 : 0
  return {
    title: isKnown ? 'LAST SEEN' : '',
    min: width,
    wanted: width,
    cells: texts.map((text) => (own) => [fitSpan(text, own, { style: { tone: 'quiet' } })]),
  }
}

/** What of a profile's limits is used, as bars with what is to be said of them. Pure, but for the time zone of the machine. */
import { hasBegunAnew } from '../../api/profile-room.js'
import type { ProfileUsage, UsageWindow } from '../../api/usage.js'
import { displayWidth } from '../present/display-width.js'
import { inertText } from '../present/inert-text.js'
import type { Cell, Tone } from '../result.js'
import { agoText, momentText, percentText, spanText } from './amounts.js'
import { INDENT, type Line, type Place, paragraph, quiet } from './lines.js'
import { paceOf } from './pace.js'

const WIDEST_BAR = 30
const NARROWEST_BAR = 8
const PERCENT_WIDTH = 6
const [USED, LEFT] = ['\u2588', '\u2591']
/** As far from an even spread as nobody minds, in percentage points. */
const EVEN_WITHIN = 3

/** The agents whose sessions tell perch what they use. */
const TELLING_AGENTS: readonly string[] = ['claude', 'codex', 'gemini']
/** Those of them that also tell what an account has left. */
const WINDOW_AGENTS: readonly string[] = ['claude', 'codex']

export function windowLines(profile: ProfileUsage, options: { readonly width: number; readonly nowMs: number }): readonly Line[] {
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

function whyNoWindows({ agent, removed, lastAt, name }: ProfileUsage): string {
  if (removed === true) return 'the profile was removed; its limits are not known any more'
  if (!TELLING_AGENTS.includes(agent)) {
    return agent === 'command' ? 'a command has no account that perch knows' : `perch hears nothing from ${inertText(agent)} yet`
  }
  if (lastAt === null) return `nothing heard yet: usage is told by sessions (perch run ${inertText(name)})`
  if (!WINDOW_AGENTS.includes(agent)) return `${inertText(agent)} does not tell what an account has left`
  return 'no limits told: an API key has none, and a login tells them with an answer'
}

/** Whether to colour, and how. Pure. */
import type { Paint } from './table.js'

const COLOURS = { good: '32', bad: '31', quiet: '2', call: '33' } as const

/** `NO_COLOR` wins over `FORCE_COLOR`, which wins over what the terminal is (no-color.org, force-color.org). */
export function wantsColour(env: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false'
  return isTerminal && env.TERM !== 'dumb'
}

export const paintNothing: Paint = (text) => text

export const paintAnsi: Paint = (text, tone) => `\x1b[${COLOURS[tone]}m${text}\x1b[0m`

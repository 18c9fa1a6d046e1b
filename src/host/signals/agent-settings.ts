/** The settings that one start of an agent is given on top of the person's own. Pure. */
import type { SettingsPlan } from '../../api/signal-plan.js'
import { hookCommand, statusLineCommand } from './hook-commands.js'
import type { PersonsStatusLine } from './persons-status-line.js'

/** A hook takes some milliseconds; what lasts longer is a disk that hangs, for which no agent should wait. */
const HOOK_TIMEOUT_S = 10

export interface AgentSettings {
  readonly hooks: Readonly<Record<string, unknown>>
  readonly statusLine: Readonly<Record<string, unknown>>
}

/** `script` is the file with the person's own status line. */
export function agentSettings(
  plan: Pick<SettingsPlan, 'hooks'>,
  places: { readonly inbox: string; readonly script: string },
  persons: PersonsStatusLine,
): AgentSettings {
  const hookOf = (word: string) => [
    { hooks: [{ type: 'command', command: hookCommand(places.inbox, word), timeout: HOOK_TIMEOUT_S }] },
  ]
  return {
    hooks: Object.fromEntries(Object.entries(plan.hooks).map(([name, word]) => [name, hookOf(word)])),
    statusLine: { ...persons.options, type: 'command', command: statusLineCommand(places.inbox, places.script) },
  }
}

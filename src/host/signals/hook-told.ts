/** What a file in the inbox says: the hook by its name, the rest by what the hook was given. Pure, and takes nothing for granted. */
import type { HookKeys } from '../../api/signal-plan.js'
import { field } from './attributes.js'
import type { HookSignal } from './hook-signal.js'
import { hookWordOf } from './inbox-names.js'

/** For a line of a list, and a notification. */
const TEXT_LIMIT = 200

/** Undefined for a file that no hook of this version leaves. `document` is undefined where there is none, or no JSON. */
export function hookTold(name: string, document: unknown, keys: HookKeys, at: number): HookSignal | undefined {
  const hook = hookWordOf(name)
  const text = (key: string) => {
    const value = field(document, key)
    return typeof value === 'string' ? value.slice(0, TEXT_LIMIT) : null
  }
  switch (hook) {
    case 'session-started':
    case 'prompt-submitted':
    case 'tool-started':
    case 'tool-ended':
    case 'turn-ended':
    case 'session-ended':
      return { hook, at }
    case 'permission-asked':
      return { hook, at, tool: text(keys.tool) }
    case 'notified':
      return { hook, at, about: text(keys.about), message: text(keys.message) }
    case 'turn-failed':
      return { hook, at, error: text(keys.error) }
    default:
      return undefined
  }
}

/** The attention of a session after a signal: from hooks first, from the terminal second, from silence last. Pure. docs/attention.md has the table. */
import { afterHook } from './after-hook.js'
import { afterPerson } from './after-person.js'
import { afterTerminal } from './after-terminal.js'
import type { AttentionMemory, AttentionSignal } from './attention-memory.js'

/** The same object where the signal changes nothing. */
export function nextAttention(memory: AttentionMemory, signal: AttentionSignal): AttentionMemory {
  if ('hook' in signal) return afterHook(memory, signal)
  return 'terminal' in signal ? afterTerminal(memory, signal) : afterPerson(memory, signal)
}

/**
 * What the output of a terminal makes of the attention of a program that no hook speaks for. Pure. A call (bell, notification)
 * stands until somebody has typed or been there, as the mark at a window of a multiplexer does; the marks of a shell come
 * before what output and silence suggest.
 */
import { type AttentionMemory, ECHO_MS, FIRST_QUIET_MS, inState, type TerminalSignal } from './attention-memory.js'

/** Nobody is called for a command that was over before one could look away. */
const QUICK_COMMAND_MS = 2_000
/** A program that goes on by itself after a silence is given twice as long before the next one counts, up to this. */
const LONGEST_QUIET_MS = 60_000

export function afterTerminal(memory: AttentionMemory, signal: TerminalSignal & { readonly at: number }): AttentionMemory {
  if (memory.hooks === 'heard' || memory.kind === 'pipe') return memory
  const { at } = signal
  switch (signal.terminal) {
    case 'output':
      return afterOutput(memory, at)
    case 'silent':
      return afterSilence(memory, at)
    case 'bell':
      return isEcho(at, memory.keyUntilMs) ? memory : inState({ ...memory, called: true }, 'waiting', at)
    case 'notified':
      return inState({ ...memory, called: true }, 'waiting', at, signal.text)
    case 'command-started':
      return inState({ ...memory, shell: 'command', commandSinceMs: at, called: false }, 'working', at)
    case 'command-ended':
    case 'prompt-shown':
      return afterCommand(memory, at)
  }
}

function afterOutput(memory: AttentionMemory, at: number): AttentionMemory {
  if (memory.called || memory.shell !== 'unmarked' || isEcho(at, memory.calmUntilMs)) return memory
  if (!memory.fellSilent) return inState(memory, 'working', at)
  const quietMs = Math.min(LONGEST_QUIET_MS, memory.quietMs * 2)
  return inState({ ...memory, fellSilent: false, quietMs }, 'working', at)
}

function afterSilence(memory: AttentionMemory, at: number): AttentionMemory {
  if (memory.called || memory.shell !== 'unmarked' || memory.current.state !== 'working') return memory
  // An agent that says nothing of its start asks something before it: whether to trust the folder, or for a login.
  return inState({ ...memory, fellSilent: true }, memory.hooks === 'expected' ? 'waiting' : 'idle', at)
}

/** A moment far before the end of it is one of a clock that was set back. */
function isEcho(at: number, untilMs: number): boolean {
  return at < untilMs && untilMs - at <= ECHO_MS
}

/** A first prompt, and one after an empty line, ends no command. */
function afterCommand(memory: AttentionMemory, at: number): AttentionMemory {
  if (memory.shell === 'prompt') return memory
  const atPrompt: AttentionMemory = { ...memory, shell: 'prompt' }
  if (memory.called) return atPrompt
  const wasLong = memory.shell === 'command' && at - memory.commandSinceMs >= QUICK_COMMAND_MS
  return inState(atPrompt, wasLong ? 'waiting' : 'idle', at)
}

/** Somebody typed: what a program does from now on is measured anew. */
export function attendedAnew(memory: AttentionMemory): AttentionMemory {
  return { ...memory, quietMs: FIRST_QUIET_MS, fellSilent: false }
}

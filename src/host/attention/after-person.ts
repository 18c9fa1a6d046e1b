/** What somebody at the session makes of its attention: questions are answered, and who has been there need not be called again. Pure. */
import { attendedAnew } from './after-terminal.js'
import { type AttentionMemory, ECHO_MS, inState, type PersonSignal } from './attention-memory.js'

export function afterPerson(memory: AttentionMemory, signal: PersonSignal & { readonly at: number }): AttentionMemory {
  const { at } = signal
  const calmUntilMs = at + ECHO_MS
  switch (signal.person) {
    case 'resized':
      return { ...memory, calmUntilMs }
    case 'typed':
      return afterTyping(attendedAnew({ ...memory, calmUntilMs, keyUntilMs: signal.submits ? 0 : calmUntilMs }), at)
    case 'left':
      return afterLeaving(memory, at)
  }
}

function afterTyping(memory: AttentionMemory, at: number): AttentionMemory {
  if (memory.asks) return inState({ ...memory, asks: false }, 'working', at)
  if (!memory.called) return memory
  return inState({ ...memory, called: false }, memory.shell === 'prompt' ? 'idle' : 'working', at)
}

/** A turn that is over was looked at; a question in the middle of one, and a limit, stay what they are. */
function afterLeaving(memory: AttentionMemory, at: number): AttentionMemory {
  const { current, asks } = memory
  switch (current.state) {
    case 'waiting':
      if (!asks) return inState({ ...memory, called: false }, 'idle', at)
      return { ...memory, current: { ...current, seenMs: at } }
    case 'permission':
    case 'limit':
      return { ...memory, current: { ...current, seenMs: at } }
    default:
      return memory
  }
}

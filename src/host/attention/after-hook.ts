/**
 * What a hook of the agent makes of the attention. Pure. The hooks of Claude Code, as measured: a permission is asked for at once
 * and notified six seconds later; nothing tells that it was granted before the tool has run, and nothing at all tells of a
 * turn that a person broke off, but the notification a minute later that it waits.
 */
import type { HookSignal } from '../signals/hook-signal.js'
import { type AttentionMemory, inState } from './attention-memory.js'

export function afterHook(before: AttentionMemory, signal: HookSignal): AttentionMemory {
  const memory: AttentionMemory = before.hooks === 'heard' ? before : { ...before, hooks: 'heard', called: false }
  const { at } = signal
  switch (signal.hook) {
    case 'session-started':
      // Later ones come of clearing and compacting a conversation, the latter in the middle of a turn.
      return before.hooks === 'heard' ? memory : inState(memory, 'idle', at)
    case 'session-ended':
      return inState(betweenTurns(memory), 'idle', at)
    case 'prompt-submitted':
      return inState(betweenTurns(memory), 'working', at)
    case 'tool-started':
      return toolStarted(memory, at)
    case 'tool-ended':
      return toolEnded(memory, at)
    case 'permission-asked':
      return asked(memory, 'permission', at, signal.tool)
    case 'notified':
      return notified(memory, signal)
    case 'turn-ended':
      return memory.current.state === 'limit' ? memory : turnOver(memory, at, null)
    case 'turn-failed':
      if (signal.error === 'rate_limit') return inState(betweenTurns(memory), 'limit', at, signal.error)
      return turnOver(memory, at, signal.error)
  }
}

function toolStarted(memory: AttentionMemory, at: number): AttentionMemory {
  const counted = { ...memory, runningTools: memory.runningTools + 1 }
  // One that runs beside the one in question.
  if (memory.asks) return { ...counted, otherTools: memory.otherTools + 1 }
  return inState(counted, 'working', at)
}

function toolEnded(memory: AttentionMemory, at: number): AttentionMemory {
  const counted = { ...memory, runningTools: Math.max(0, memory.runningTools - 1) }
  if (!memory.asks) return counted
  if (memory.otherTools > 0) return { ...counted, otherTools: memory.otherTools - 1 }
  return inState({ ...counted, asks: false }, 'working', at)
}

function notified(memory: AttentionMemory, { at, about, message }: HookSignal & { hook: 'notified' }): AttentionMemory {
  // Versions that do not say what it is about say it in the message.
  const kind = about ?? (message !== null && /permission/i.test(message) ? 'permission_prompt' : 'idle_prompt')
  if (kind === 'permission_prompt') return asked(memory, 'permission', at, message)
  if (kind === 'elicitation_dialog') return asked(memory, 'waiting', at, message)
  // Of a turn that was broken off. In any other state somebody is called already, or has been there.
  if (kind === 'idle_prompt' && memory.current.state === 'working') return turnOver(memory, at, message)
  return memory
}

function asked(memory: AttentionMemory, state: 'permission' | 'waiting', at: number, reason: string | null): AttentionMemory {
  const otherTools = memory.asks ? memory.otherTools : Math.max(0, memory.runningTools - 1)
  return inState({ ...memory, asks: true, otherTools }, state, at, reason)
}

function turnOver(memory: AttentionMemory, at: number, reason: string | null): AttentionMemory {
  const over = betweenTurns(memory)
  return memory.kind === 'pipe' ? inState(over, 'idle', at) : inState(over, 'waiting', at, reason)
}

/** Counts of tools that never said their end are worth nothing beyond their turn. */
function betweenTurns(memory: AttentionMemory): AttentionMemory {
  return { ...memory, asks: false, runningTools: 0, otherTools: 0 }
}

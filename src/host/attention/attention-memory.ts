/**
 * What is remembered of a session to tell whether somebody is needed, and what it is told by. Plain data: `next-attention.ts`
 * decides, `attention-tracker.ts` feeds it.
 */
import type { AttentionState } from '../../api/attention-states.js'
import type { HookSignal } from '../signals/hook-signal.js'

/** What the output of a terminal says, where no hook is heard. */
export type TerminalSignal =
  /** Something was written, or nothing for `quietMs` after that. */
  | { readonly terminal: 'output' | 'silent' }
  | { readonly terminal: 'bell' }
  /** A notification for the desktop. */
  | { readonly terminal: 'notified'; readonly text: string | null }
  /** The marks that shells write around their prompts (OSC 133). */
  | { readonly terminal: 'prompt-shown' | 'command-started' | 'command-ended' }

/** What people do with the session. */
export type PersonSignal =
  /** `submits`: with Enter. */
  | { readonly person: 'typed'; readonly submits: boolean }
  /** The terminal got another size, or was told to draw its screen again: attaching does that. */
  | { readonly person: 'resized' }
  | { readonly person: 'left' }

/** `at` is in milliseconds since 1970. */
export type AttentionSignal = HookSignal | ((TerminalSignal | PersonSignal) & { readonly at: number })

export interface CurrentAttention {
  readonly state: AttentionState
  readonly sinceMs: number
  readonly reason: string | null
  /** When somebody who was attached last left it as it is. */
  readonly seenMs: number | null
}

export interface AttentionMemory {
  readonly current: CurrentAttention
  /** Nobody sits before pipes: who drives them reads when a turn is over. */
  readonly kind: 'pty' | 'pipe'
  /** Once a hook was heard, terminal and silence say nothing any more. */
  readonly hooks: 'none' | 'expected' | 'heard'
  /** The state is a question in the middle of a turn: it is over when somebody has typed, or a tool has run. */
  readonly asks: boolean
  readonly runningTools: number
  /** Of these, those that were not what the question is about. */
  readonly otherTools: number
  /** It rang or notified, and nobody has typed since. */
  readonly called: boolean
  /** By the marks of a shell; `unmarked` where none were seen. */
  readonly shell: 'unmarked' | 'prompt' | 'command'
  readonly commandSinceMs: number
  /** Output before this moment answers a key or a new size: it is no work. */
  readonly calmUntilMs: number
  /** A bell before this moment answers a key that the program cannot use. */
  readonly keyUntilMs: number
  /** A silence of this length is taken for the end of the work. */
  readonly quietMs: number
  /** The last silence was taken for that. */
  readonly fellSilent: boolean
}

/** Programs that work draw something more often than this; a person who looks at a list has not long to wait. */
export const FIRST_QUIET_MS = 3_000

/** A program that answers a key, or draws its screen again, has done so by then. */
export const ECHO_MS = 1_000

/** An agent that will tell of its start may be silent for some seconds before, on a busy machine for more. */
const STARTING_QUIET_MS = 10_000

/** A session that has just started its program. */
export function firstMemory(options: {
  readonly atMs: number
  readonly kind: 'pty' | 'pipe'
  readonly hooksExpected: boolean
}): AttentionMemory {
  return {
    current: { state: 'working', sinceMs: options.atMs, reason: null, seenMs: null },
    kind: options.kind,
    hooks: options.hooksExpected ? 'expected' : 'none',
    asks: false,
    runningTools: 0,
    otherTools: 0,
    called: false,
    shell: 'unmarked',
    commandSinceMs: options.atMs,
    calmUntilMs: 0,
    keyUntilMs: 0,
    quietMs: options.hooksExpected ? STARTING_QUIET_MS : FIRST_QUIET_MS,
    fellSilent: false,
  }
}

/** In another state from now on; in the same one it keeps since when, and what it said first. */
export function inState(
  memory: AttentionMemory,
  state: AttentionState,
  atMs: number,
  reason: string | null = null,
): AttentionMemory {
  const { current } = memory
  if (current.state !== state) return { ...memory, current: { state, sinceMs: atMs, reason, seenMs: null } }
  if (current.reason !== null || reason === null) return memory
  return { ...memory, current: { ...current, reason } }
}

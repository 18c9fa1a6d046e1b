/**
 * Whether a session needs somebody: it gathers what hooks, terminal, silence and people say, has `nextAttention` decide, and
 * tells every change. It sits beside the way of the bytes and holds nothing up; an idle session has no timer.
 */
import type { Attention } from '../../api/attention.js'
import type { HookSignal } from '../signals/hook-signal.js'
import { type AttentionMemory, type AttentionSignal, type CurrentAttention, firstMemory } from './attention-memory.js'
import { nextAttention } from './next-attention.js'
import { PacedNotices } from './paced-notices.js'
import { reasonText } from './reason-text.js'
import { SignalScanner } from './signal-scanner.js'
import { Silence } from './silence.js'
import { typingIn } from './typing.js'

export interface AttentionTrackerOptions {
  readonly kind: 'pty' | 'pipe'
  /** The agent was told to call hooks: terminal and silence only count until the first one is heard. */
  readonly hooksExpected: boolean
  /** `current` says something else than before. */
  readonly onChange: () => void
  /** Tells it to everybody: the state, since when, or the reason is not what was told last. */
  readonly tell: (attention: Attention) => void
}

export class AttentionTracker {
  readonly #options: AttentionTrackerOptions
  #memory: AttentionMemory
  #told: CurrentAttention
  readonly #notices = new PacedNotices(() => this.#tell())
  readonly #scanner = new SignalScanner((signal) => this.#take({ ...signal, at: Date.now() }))
  readonly #silence = new Silence(() => this.#take({ terminal: 'silent', at: Date.now() }))
  #isClosed = false

  constructor(options: AttentionTrackerOptions) {
    this.#options = options
    this.#memory = firstMemory({ atMs: Date.now(), ...options })
    this.#told = this.#memory.current
    // A program that never writes anything falls silent as well.
    if (this.#isListening) this.#silence.broken(this.#memory.quietMs)
  }

  get current(): Attention {
    return shown(this.#memory.current)
  }

  /** The agent's hook says something. */
  hooked(signal: HookSignal): void {
    this.#take(signal)
    if (!this.#isListening) this.#silence.close()
  }

  /** The program wrote to its terminal. Hot. */
  output(bytes: Uint8Array): void {
    if (!this.#isListening) return
    this.#take({ terminal: 'output', at: Date.now() })
    this.#scanner.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    if (this.#memory.current.state === 'working') this.#silence.broken(this.#memory.quietMs)
  }

  /** Input of a person, or of somebody who sends for one; also what a terminal answers by itself, which is told apart here. */
  typed(bytes: Uint8Array): void {
    const typing = typingIn(bytes)
    if (typing === 'nothing') return
    this.#take({ person: 'typed', submits: typing === 'submit', at: Date.now() })
    if (this.#isListening && this.#memory.current.state === 'working') this.#silence.broken(this.#memory.quietMs)
  }

  /** The program was told of a size, and will draw its screen anew. */
  resized(): void {
    this.#take({ person: 'resized', at: Date.now() })
  }

  /** Whoever was attached as controller has gone. */
  left(): void {
    this.#take({ person: 'left', at: Date.now() })
  }

  /** The program has ended: nobody is needed any more. */
  close(): void {
    this.#isClosed = true
    this.#silence.close()
    this.#notices.close()
  }

  /** Whether terminal and silence count. */
  get #isListening(): boolean {
    return !this.#isClosed && this.#memory.kind === 'pty' && this.#memory.hooks !== 'heard'
  }

  #take(signal: AttentionSignal): void {
    if (this.#isClosed) return
    const before = this.#memory.current
    this.#memory = nextAttention(this.#memory, signal)
    if (this.#memory.current === before) return
    this.#options.onChange()
    this.#notices.note()
  }

  /** That somebody has seen it is in the status, and no news. */
  #tell(): void {
    const { current } = this.#memory
    const { state, sinceMs, reason } = this.#told
    if (current.state === state && current.sinceMs === sinceMs && current.reason === reason) return
    this.#told = current
    this.#options.tell(shown(current))
  }
}

function shown({ state, sinceMs, reason, seenMs }: CurrentAttention): Attention {
  return {
    state,
    since: new Date(sinceMs).toISOString(),
    reason: reasonText(reason),
    ...(seenMs !== null && { seen: new Date(seenMs).toISOString() }),
  }
}

/**
 * The feed of `drop-newest`: bytes are copied into a bounded window as they come. Once it is full, what comes is left out
 * until the sink has taken all of the window; then the gap is told, and the window is used anew for what comes meanwhile.
 * What the log held before the tee was added did not come, so it is read from the log and takes no room.
 */
import { ByteRing } from '../log/byte-ring.js'
import { LogFeed } from './log-feed.js'
import { type FeedStep, TEE_PIECE_BYTES, type TeeFeed } from './tee-feed.js'
import type { TeeSource } from './tee-source.js'

/** Four pieces: a sink that only hiccups loses nothing. */
const WINDOW_BYTES = 256 * 1024

/** How many of the bytes that come are kept. Nothing is, once something was left out: what follows would not be in order. */
export function decideKept(
  window: { readonly heldBytes: number; readonly leftOutBytes: number; readonly capacityBytes: number },
  arrivingBytes: number,
): number {
  if (window.leftOutBytes > 0) return 0
  return Math.min(arrivingBytes, window.capacityBytes - window.heldBytes)
}

export class WindowFeed implements TeeFeed {
  readonly #source: TeeSource
  readonly #backlog: LogFeed
  readonly #backlogEnd: number
  readonly #ring: ByteRing
  #scratch: Buffer | undefined
  /** Offset of the next byte for the sink: where the window begins, or the gap that is being told, which ends there. */
  #from: number
  /** The window holds the bytes from `#keptFrom` to before `#keptTo`; those up to `#seenTo` were left out. */
  #keptFrom: number
  #keptTo: number
  #seenTo: number

  constructor(source: TeeSource, offset: number, windowBytes: number = WINDOW_BYTES) {
    this.#source = source
    this.#backlog = new LogFeed(source, offset)
    this.#backlogEnd = source.end
    this.#ring = new ByteRing(windowBytes)
    this.#from = source.end
    this.#keptFrom = source.end
    this.#keptTo = source.end
    this.#seenTo = source.end
  }

  get offset(): number {
    return this.#isBehind ? this.#backlog.offset : this.#from
  }

  get missing(): number {
    return this.#backlog.missingBefore(this.#backlogEnd) + (this.#keptFrom - this.#from) + (this.#seenTo - this.#keptTo)
  }

  arrived(): void {
    const { end } = this.#source
    const window = {
      heldBytes: this.#keptTo - this.#keptFrom,
      leftOutBytes: this.#seenTo - this.#keptTo,
      capacityBytes: this.#ring.capacity,
    }
    this.#keep(this.#keptTo + decideKept(window, end - this.#seenTo))
    this.#seenTo = end
  }

  next(until: number): FeedStep {
    if (this.#isBehind) return this.#backlog.next(Math.min(until, this.#backlogEnd))
    if (this.#from >= until) return { kind: 'end' }
    if (this.#keptFrom === this.#keptTo) this.#beginAnew()
    if (this.#from < this.#keptFrom) return { kind: 'missed', from: this.#from, to: Math.min(this.#keptFrom, until) }
    const held = Math.min(this.#keptTo, until) - this.#from
    if (held > 0) return { kind: 'data', offset: this.#from, bytes: this.#view(Math.min(held, TEE_PIECE_BYTES)) }
    return this.#source.read(this.#seenTo, NO_ROOM).kind === 'end' ? { kind: 'end' } : { kind: 'wait' }
  }

  advance(to: number): void {
    if (this.#isBehind) {
      this.#backlog.advance(to)
      return
    }
    this.#from = to
    this.#keptFrom = Math.max(this.#keptFrom, to)
  }

  /** The sink has yet to get what was there before the tee. */
  get #isBehind(): boolean {
    return this.#backlog.offset < this.#backlogEnd
  }

  /**
   * The empty window holds what comes after the gap, also while the gap is told: a sink that is slower than a flood would
   * get nothing but marks otherwise.
   */
  #beginAnew(): void {
    this.#keptFrom = this.#seenTo
    this.#keptTo = this.#seenTo
  }

  /** Copies the bytes up to `to`. The log may have lost some of a burst by now: then nothing more is kept. */
  #keep(to: number): void {
    this.#scratch ??= Buffer.allocUnsafeSlow(TEE_PIECE_BYTES)
    while (this.#keptTo < to) {
      const read = this.#source.read(this.#keptTo, this.#scratch.subarray(0, Math.min(TEE_PIECE_BYTES, to - this.#keptTo)))
      if (read.kind !== 'data') return
      this.#ring.append(this.#scratch.subarray(0, read.bytes))
      this.#keptTo += read.bytes
    }
  }

  /** The first bytes of the window, at most so many. */
  #view(bytes: number): Uint8Array {
    const at = this.#ring.end - (this.#keptTo - this.#keptFrom)
    const [view] = this.#ring.views(at, at + bytes)
    return view ?? NO_ROOM
  }
}

const NO_ROOM = new Uint8Array(0)

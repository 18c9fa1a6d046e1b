/**
 * The input of a session for the tees that follow it: what the child's side took, in order. Nothing of it is kept while
 * nobody follows; while somebody does, the last bytes are in memory and never on the disk.
 */
import { type LogRead, type SegmentStore, StreamLog } from '../log/stream-log.js'
import type { TeeSource } from './tee-source.js'

/** Many pastes; a tee of the input that stalls for longer misses some. */
const INPUT_MEMORY_BYTES = 256 * 1024

const MEMORY_ONLY: SegmentStore = { accepting: false, start: 0, end: 0, append: () => {}, read: () => 0 }

export class InputLog implements TeeSource {
  readonly #followers = new Set<() => void>()
  #accepted = 0
  #hasEnded = false
  /** Since the first of those who follow now; `#base` is the offset of its first byte. */
  #log: StreamLog | undefined
  #base = 0

  get start(): number {
    return this.#log ? this.#base + this.#log.extent().start : this.#accepted
  }

  get end(): number {
    return this.#accepted
  }

  /** The child's side took these bytes. Hot. */
  taken(bytes: Uint8Array): void {
    this.#accepted += bytes.byteLength
    if (!this.#log) return
    this.#log.append(bytes)
    this.#wakeAll()
  }

  /** No input will follow. */
  ended(): void {
    this.#hasEnded = true
    this.#wakeAll()
  }

  read(from: number, into: Uint8Array): LogRead {
    if (from >= this.#accepted || !this.#log) return this.#hasEnded ? { kind: 'end', offset: this.#accepted } : { kind: 'wait' }
    const read = this.#log.read(from - this.#base, into)
    return read.kind === 'gap' ? { kind: 'gap', from, to: read.to + this.#base } : read
  }

  follow(wake: () => void): () => void {
    if (!this.#log) {
      this.#base = this.#accepted
      this.#log = new StreamLog({ memoryBytes: INPUT_MEMORY_BYTES, store: MEMORY_ONLY })
    }
    this.#followers.add(wake)
    return () => {
      this.#followers.delete(wake)
      if (this.#followers.size === 0) this.#log = undefined
    }
  }

  #wakeAll(): void {
    for (const wake of [...this.#followers]) wake()
  }
}

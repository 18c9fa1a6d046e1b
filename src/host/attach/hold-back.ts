/**
 * Holds back a pipe child while a client that asked for it (`block`) is far behind, by not reading the child's pipe.
 * A client that goes, for whatever reason, holds back nothing any more. A PTY is never held back: that would lose output.
 */
import type { OutputStream, OwnedProcess } from '../../platform/process/owned-process.js'

/** A reader that the child may be held back for. */
export interface BlockingReader {
  lagBytes(stream: OutputStream): number
}

/** How far the slowest one may be behind before the child is held back. */
const PAUSE_LAG_BYTES = 512 * 1024
/** Where it is read again: well below, so that it is not stopped and started for every frame. */
const RESUME_LAG_BYTES = 256 * 1024

/** Whether a stream is to be paused, from whether it is now and how far its slowest blocking reader is behind. */
export function decidePaused(paused: boolean, slowestLagBytes: number): boolean {
  return slowestLagBytes > (paused ? RESUME_LAG_BYTES : PAUSE_LAG_BYTES)
}

export class HoldBack {
  readonly #process: Pick<OwnedProcess, 'kind' | 'streams' | 'pause' | 'resume'>
  readonly #readers = new Set<BlockingReader>()
  readonly #paused = new Set<OutputStream>()
  #released = false

  constructor(process: Pick<OwnedProcess, 'kind' | 'streams' | 'pause' | 'resume'>) {
    this.#process = process
  }

  add(reader: BlockingReader): void {
    if (this.#process.kind === 'pipe') this.#readers.add(reader)
  }

  remove(reader: BlockingReader): void {
    if (this.#readers.delete(reader)) this.review()
  }

  /** Looks at the lags again: after output came, and after a reader took some. Hot. */
  review(): void {
    if (this.#readers.size === 0 && this.#paused.size === 0) return
    for (const stream of this.#process.streams) {
      const paused = this.#paused.has(stream)
      const pause = !this.#released && decidePaused(paused, this.#slowestLagBytes(stream))
      if (pause === paused) continue
      if (pause) this.#paused.add(stream)
      else this.#paused.delete(stream)
      this.#process[pause ? 'pause' : 'resume'](stream)
    }
  }

  /** The child has exited: what its pipes still hold is read now, and nobody can be held back any more. */
  release(): void {
    this.#released = true
    this.review()
  }

  #slowestLagBytes(stream: OutputStream): number {
    let slowest = 0
    for (const reader of this.#readers) slowest = Math.max(slowest, reader.lagBytes(stream))
    return slowest
  }
}

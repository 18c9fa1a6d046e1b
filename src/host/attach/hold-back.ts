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
/** What may still come then: a piece that was not published, one more read, and what the pipe holds when the child ends. */
const STILL_COMING_BYTES = 192 * 1024
/** Where it is read again: well below, so that it is not stopped and started for every frame. */
const RESUME_SHARE = 0.5

/** How far behind a reader may be so that memory alone holds what it has not taken: the disk may fail it. */
export function pauseLagBytes(memoryBytes: number): number {
  return Math.max(0, Math.min(PAUSE_LAG_BYTES, memoryBytes - STILL_COMING_BYTES))
}

/** Whether a stream is to be paused, from whether it is now and how far its slowest blocking reader is behind. */
export function decidePaused(paused: boolean, slowestLagBytes: number, pauseLag = PAUSE_LAG_BYTES): boolean {
  return slowestLagBytes > (paused ? pauseLag * RESUME_SHARE : pauseLag)
}

export class HoldBack {
  readonly #process: Pick<OwnedProcess, 'kind' | 'streams' | 'pause' | 'resume'>
  readonly #readers = new Set<BlockingReader>()
  readonly #paused = new Set<OutputStream>()
  readonly #onChange: () => void
  readonly #pauseLag: number
  #released = false

  /**
   * @param onChange told whenever a stream is paused or read again
   * @param memoryBytes what the log keeps of each stream in memory
   */
  constructor(
    process: Pick<OwnedProcess, 'kind' | 'streams' | 'pause' | 'resume'>,
    onChange: () => void = () => undefined,
    memoryBytes = Number.POSITIVE_INFINITY,
  ) {
    this.#process = process
    this.#onChange = onChange
    this.#pauseLag = pauseLagBytes(memoryBytes)
  }

  /** The streams that are not read at this moment. */
  get paused(): readonly OutputStream[] {
    return [...this.#paused]
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
      const pause = !this.#released && decidePaused(paused, this.#slowestLagBytes(stream), this.#pauseLag)
      if (pause === paused) continue
      this.#onChange()
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

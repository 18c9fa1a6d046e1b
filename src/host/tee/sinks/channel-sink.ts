/**
 * A tee into a queue, bounded in bytes, that the embedding program takes from as an async iterator. When it is full, the
 * tee waits and its policy decides; what is in it stays there to be taken after the session's end.
 */
import { PerchError } from '../../../platform/perch-error.js'
import type { LostBytes, TeePiece, TeeSink } from '../tee-sink.js'

/** Small pieces are joined up to this size: a queue of single bytes would cost a hundred times what it holds. */
const JOINED_BYTES = 4 * 1024

export class ChannelSink implements TeeSink, AsyncIterableIterator<TeePiece> {
  readonly kind = 'channel'
  readonly #capacityBytes: number
  readonly #queue: TeePiece[] = []
  #queuedBytes = 0
  #isEnded = false
  #onBroken: ((problem: Error) => void) | undefined
  /** The tee waits for room, its consumers for something to take. */
  #roomWanted: (() => void) | undefined
  readonly #takers: ((result: IteratorResult<TeePiece, undefined>) => void)[] = []

  constructor(capacityBytes: number) {
    this.#capacityBytes = capacityBytes
  }

  begin(onBroken: (problem: Error) => void): void {
    this.#onBroken = onBroken
  }

  write(offset: number, bytes: Uint8Array): number | Promise<number> {
    const room = this.#isEnded ? 0 : Math.min(bytes.byteLength, this.#capacityBytes - this.#queuedBytes)
    if (room > 0) {
      const taken = bytes.subarray(0, room)
      if (!this.#joined(offset, taken)) this.#put({ type: 'data', offset, bytes: Uint8Array.from(taken) })
      return room
    }
    return new Promise((resolve) => {
      this.#roomWanted = () => resolve(this.#isEnded ? 0 : this.write(offset, bytes))
    })
  }

  missed(from: number, to: number): void {
    const last = this.#queue.at(-1)
    const continues = last?.type === 'missed' && last.to === from
    if (continues) this.#queue.pop()
    this.#put({ type: 'missed', from: continues ? last.from : from, to })
  }

  finish(): void {}

  close(lost?: LostBytes): void {
    if (this.#isEnded) return
    if (lost) this.missed(lost.from, lost.to)
    this.#isEnded = true
    this.#wantRoom()
    for (const taker of this.#takers.splice(0)) taker({ done: true, value: undefined })
  }

  /** The next piece, when there is one; done after the last. */
  next(): Promise<IteratorResult<TeePiece, undefined>> {
    const piece = this.#queue.shift()
    if (piece) {
      if (piece.type === 'data') this.#queuedBytes -= piece.bytes.byteLength
      this.#wantRoom()
      return Promise.resolve({ done: false, value: piece })
    }
    if (this.#isEnded) return Promise.resolve({ done: true, value: undefined })
    return new Promise((resolve) => this.#takers.push(resolve))
  }

  /** The consumer wants no more: ends the tee. */
  return(): Promise<IteratorResult<TeePiece, undefined>> {
    this.#queue.length = 0
    this.#queuedBytes = 0
    this.#onBroken?.(new PerchError('tee-failed', 'the reader of the channel has left'))
    return Promise.resolve({ done: true, value: undefined })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #joined(offset: number, bytes: Uint8Array): boolean {
    const last = this.#queue.at(-1)
    if (last?.type !== 'data' || last.bytes.byteLength + bytes.byteLength > JOINED_BYTES) return false
    if (last.offset + last.bytes.byteLength !== offset) return false
    this.#queue.splice(-1, 1, { ...last, bytes: Buffer.concat([last.bytes, bytes]) })
    this.#queuedBytes += bytes.byteLength
    return true
  }

  #put(piece: TeePiece): void {
    const taker = this.#takers.shift()
    if (taker) {
      taker({ done: false, value: piece })
      return
    }
    this.#queue.push(piece)
    if (piece.type === 'data') this.#queuedBytes += piece.bytes.byteLength
  }

  #wantRoom(): void {
    const wanted = this.#roomWanted
    this.#roomWanted = undefined
    wanted?.()
  }
}

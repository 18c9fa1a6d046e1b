/**
 * Sends streams to one attached client, each from its own offset: data, gaps, the end of each stream, then the exit,
 * then why it is over, in this order whatever happens. It owns two frame buffers and sends only into a free one, so a
 * client costs 128 KiB however slow it is.
 */

import type { Closed } from '../../api/attach-protocol.js'
import { encodeJsonFrame, FRAME, FRAME_HEADER_BYTES, putFrameHeader, STREAM_NUMBER } from '../../api/frames.js'
import type { StreamName } from '../../api/session.js'
import type { ExitRecord } from '../../api/session-record.js'
import type { StreamLog } from '../log/stream-log.js'

/** The part of a socket that the pump needs. */
export interface FrameSink {
  /** Queues bytes; `sent` is called when they were handed to the kernel, with an error when they never will be. */
  write(bytes: Uint8Array, sent?: (error?: Error | null) => void): unknown
}

export interface PumpedStream {
  readonly name: StreamName
  readonly log: StreamLog
  /** Offset of the next byte to send. */
  position: number
  ended: boolean
}

/** A frame with its header is what Node reads at a time (64 KiB): a client that keeps up gets it in one piece. */
const FRAME_DATA_BYTES = 64 * 1024 - FRAME_HEADER_BYTES
/** One buffer is being sent while the next is filled. */
const FRAME_BUFFERS = 2

export class OutputPump {
  readonly #sink: FrameSink
  readonly #streams: readonly PumpedStream[]
  readonly #onProgress: () => void
  readonly #free: Buffer[] = []
  #allocated = 0
  #next = 0
  #exit: ExitRecord | undefined
  #over = false
  #isHeld = false
  #finished: (() => void) | undefined

  /** `onProgress` is called whenever the client took something. */
  constructor(sink: FrameSink, streams: readonly PumpedStream[], onProgress: () => void) {
    this.#sink = sink
    this.#streams = streams
    this.#onProgress = onProgress
  }

  /** Nothing will be sent any more. */
  get over(): boolean {
    return this.#over
  }

  /** The offset of the next byte that the client is sent of a stream; undefined for one it does not follow. */
  position(name: StreamName): number | undefined {
    return this.#streams.find((candidate) => candidate.name === name)?.position
  }

  /** How far the client is behind in a stream; 0 for one it does not follow. */
  lagBytes(name: StreamName): number {
    const stream = this.#streams.find((candidate) => candidate.name === name)
    return stream ? stream.log.end - stream.position : 0
  }

  get isHeld(): boolean {
    return this.#isHeld
  }

  /** Sends nothing until `begin`: where the client starts is not known yet. */
  hold(): void {
    this.#isHeld = true
  }

  /** The stream begins here. */
  place(name: StreamName, position: number): void {
    for (const stream of this.#streams) if (stream.name === name) stream.position = position
  }

  /** The first of all is `first`, which belongs to no stream. */
  begin(first: readonly Uint8Array[]): void {
    this.#isHeld = false
    if (!this.#over) for (const frame of first) this.#sink.write(frame)
  }

  /** Sends what there is and what fits. Hot. */
  wake(): void {
    if (this.#isHeld) return
    while (!this.#over && this.#hasMore()) {
      const buffer = this.#takeBuffer()
      if (!buffer) return
      if (!this.#sendNext(buffer)) {
        this.#free.push(buffer)
        break
      }
    }
    if (this.#exit && !this.#over && this.#streams.every(({ ended }) => ended)) this.#sendExit(this.#exit)
  }

  /** The session has ended: the exit follows the last byte. Resolves when everything was handed to the kernel. */
  finish(exit: ExitRecord): Promise<void> {
    this.#exit = exit
    return new Promise((resolve) => {
      if (this.#over) return resolve()
      this.#finished = resolve
      this.wake()
    })
  }

  /** Ends the sending now, after the frames that are under way; without `closed` because nobody reads any more. */
  stop(closed: Closed | undefined): void {
    if (!this.#over && closed) this.#sink.write(encodeJsonFrame(FRAME.closed, closed))
    this.#over = true
    this.#finished?.()
  }

  #hasMore(): boolean {
    for (const { log, position, ended } of this.#streams) if (position < log.end || (log.ended && !ended)) return true
    return false
  }

  /** Puts one frame of the next stream that has something; false when none has. Streams take turns. */
  #sendNext(buffer: Buffer): boolean {
    for (let turn = 0; turn < this.#streams.length; turn++) {
      const stream = this.#streams[(this.#next + turn) % this.#streams.length]
      if (!stream || stream.ended) continue
      if (this.#sendOf(stream, buffer)) {
        this.#next = (this.#next + turn + 1) % this.#streams.length
        return true
      }
    }
    return false
  }

  #sendOf(stream: PumpedStream, buffer: Buffer): boolean {
    const read = stream.log.read(stream.position, buffer.subarray(FRAME_HEADER_BYTES))
    const number = STREAM_NUMBER[stream.name]
    switch (read.kind) {
      case 'wait':
        return false
      case 'data':
        stream.position += read.bytes
        putFrameHeader(buffer, FRAME.data, number, read.bytes)
        this.#send(buffer, buffer.subarray(0, FRAME_HEADER_BYTES + read.bytes))
        return true
      case 'gap':
        stream.position = read.to
        this.#send(buffer, encodeJsonFrame(FRAME.gap, { from: read.from, to: read.to }, number))
        return true
      case 'end':
        stream.ended = true
        this.#send(buffer, encodeJsonFrame(FRAME.end, { offset: read.offset }, number))
        return true
    }
  }

  #send(buffer: Buffer, frame: Uint8Array): void {
    this.#sink.write(frame, (error) => {
      if (error) return this.stop(undefined)
      this.#free.push(buffer)
      this.#onProgress()
      this.wake()
    })
  }

  #sendExit(exit: ExitRecord): void {
    this.#over = true
    this.#sink.write(encodeJsonFrame(FRAME.exit, exit))
    this.#sink.write(encodeJsonFrame(FRAME.closed, { reason: 'ended' } satisfies Closed), () => this.#finished?.())
  }

  #takeBuffer(): Buffer | undefined {
    const free = this.#free.pop()
    if (free || this.#allocated === FRAME_BUFFERS) return free
    this.#allocated += 1
    return Buffer.allocUnsafeSlow(FRAME_HEADER_BYTES + FRAME_DATA_BYTES)
  }
}

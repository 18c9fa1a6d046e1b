/**
 * The logs of all streams of one session: made together, capped together, published in batches. An echo is published in
 * the very call in which it was read, a flood in pieces of 64 KiB; an idle log holds no timer.
 */
import { join } from 'node:path'
import type { TailReply } from '../../api/host-protocol.js'
import type { Size, StreamExtent } from '../../api/session.js'
import { PerchError } from '../../platform/perch-error.js'
import type { OutputStream } from '../../platform/process/owned-process.js'
import { NO_STORE } from './no-store.js'
import { BATCH_MS, PublicationPace } from './publication-pace.js'
import { SegmentBudget } from './segment-budget.js'
import { LOG_FOLDER } from './segment-format.js'
import { FileSegments } from './segment-store.js'
import { StreamLog } from './stream-log.js'

/** With the last piece of a PTY's output (4 KiB) still one data frame: larger gains nothing, a second frame costs a write. */
const PUBLISH_BYTES = 60 * 1024
/** Less would not hold what one read of a pipe brings. */
const MEMORY_MIN_BYTES = 256 * 1024
/** Of a larger ring Node may refuse the allocation; whoever wants more of a stream has the disk. */
const MEMORY_MAX_BYTES = 1024 * 1024 * 1024

export interface SessionLogOptions {
  readonly streams: readonly OutputStream[]
  /** The session's folder; `log/` is made in it. Null for a log that never has anything on the disk. */
  readonly folder: string | null
  readonly log: 'disk' | 'memory'
  /** Cap on the disk, all streams together. */
  readonly logBytes: number
  /** Kept in memory of each stream. */
  readonly memoryBytes: number
  /** Told the first time that the log cannot be kept on the disk. */
  readonly onProblem: (message: string) => void
}

interface LoggedStream {
  readonly name: OutputStream
  readonly log: StreamLog
  /** Null where nothing is ever on the disk. */
  readonly segments: FileSegments | null
}

export class SessionLog {
  readonly #streams: readonly LoggedStream[]
  readonly #onProblem: (message: string) => void
  readonly #afterPublish = new Set<() => void>()
  readonly memoryBytes: number
  #problem: string | null = null
  #publishTimer: NodeJS.Timeout | undefined
  readonly #pace = new PublicationPace()

  constructor(options: SessionLogOptions) {
    this.#onProblem = options.onProblem
    this.memoryBytes = Math.min(MEMORY_MAX_BYTES, Math.max(MEMORY_MIN_BYTES, options.memoryBytes))
    const budget = new SegmentBudget(options.logBytes)
    this.#streams = options.streams.map((name) => {
      const segments =
        options.folder === null
          ? null
          : new FileSegments({
              folder: join(options.folder, LOG_FOLDER),
              stream: name,
              budget,
              deferred: options.log === 'memory',
              onProblem: (message) => this.#failed(message),
            })
      return { name, segments, log: new StreamLog({ memoryBytes: this.memoryBytes, store: segments ?? NO_STORE }) }
    })
  }

  /** Why the log is not wholly on the disk; null while it is, or was never meant to be. */
  get problem(): string | null {
    return this.#problem
  }

  /** The log of a stream, or undefined when the session has no such stream. */
  stream(name: string): StreamLog | undefined {
    return this.#streams.find((stream) => stream.name === name)?.log
  }

  extents(): Record<string, StreamExtent> {
    return Object.fromEntries(this.#streams.map(({ name, log }) => [name, log.extent()]))
  }

  /**
   * The last bytes of a stream, as far as they are in memory, and the offset after them.
   * @throws PerchError `stream-unavailable`
   */
  tail(name: string, bytes: number): TailReply {
    const log = this.stream(name)
    if (!log) throw new PerchError('stream-unavailable', `this session has no ${name}`)
    const into = Buffer.alloc(bytes)
    const read = log.read(Math.max(log.memoryStart, log.end - bytes), into)
    return { end: log.end, base64: into.toString('base64', 0, read.kind === 'data' ? read.bytes : 0) }
  }

  /** Adds what the child wrote. Hot. */
  append(name: OutputStream, bytes: Uint8Array): void {
    const log = this.stream(name)
    if (!log || log.ended) return
    log.append(bytes)
    if (log.unpublishedBytes >= PUBLISH_BYTES || this.#pace.isPrompt(performance.now())) this.#publish()
    else this.#publishSoon()
  }

  /** The stream has ended; its readers are told at once. */
  end(name: OutputStream): void {
    this.stream(name)?.finish()
    this.#publish()
  }

  /** Calls `listener` after every publication. Returns the way to stop that. */
  onPublish(listener: () => void): () => void {
    this.#afterPublish.add(listener)
    return () => this.#afterPublish.delete(listener)
  }

  /** The terminal has this size from the next byte on. */
  resized(size: Size): void {
    this.#publish()
    for (const { segments } of this.#streams) segments?.resized(size)
  }

  /** Ends every stream and puts on the disk what only memory holds, so that the ended session stays readable. */
  close(): void {
    for (const { log } of this.#streams) log.finish()
    this.#publish()
    for (const { log, segments } of this.#streams) {
      if (!segments) continue
      if (!segments.accepting) segments.rescue(...log.unstored())
      segments.close()
    }
  }

  #publishSoon(): void {
    this.#publishTimer ??= setTimeout(() => this.#publish(), BATCH_MS)
  }

  #publish(): void {
    clearTimeout(this.#publishTimer)
    this.#publishTimer = undefined
    let bytes = 0
    for (const { log } of this.#streams) {
      bytes += log.unpublishedBytes
      log.publish()
    }
    this.#pace.note(performance.now(), bytes)
    for (const listener of this.#afterPublish) listener()
  }

  #failed(message: string): void {
    if (this.#problem !== null) return
    this.#problem = message
    this.#onProblem(message)
  }
}

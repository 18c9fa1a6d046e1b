/**
 * The screen of a session with a terminal: a reader of its log like any other, which may lag and never holds anything up. It is
 * made when it is first needed: to restore a screen, or to answer for a terminal that is not there. Fed when the output
 * pauses, or when the log could drop what was not fed yet.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { isQuery } from '../../screen/queries.js'
import type { ScreenSize, ScreenText } from '../../screen/screen-model.js'
import { SequenceScanner } from '../../screen/sequence-scanner.js'
import { ScreenThread } from '../../screen/thread/screen-thread.js'
import type { StreamLog } from '../log/stream-log.js'
import { drawLongHistory } from './long-history.js'
import { SizeHistory } from './size-history.js'
import { WhoAnswers } from './who-answers.js'

export interface SessionScreenOptions {
  readonly log: StreamLog
  readonly size: ScreenSize
  /** The program of the thread that keeps it, as text. */
  readonly program: string
  /** What the log holds at the most. */
  readonly heldBytes: number
  /** A client is about to attach which shows everything from the first byte on. */
  readonly isAwaited: boolean
  /** Types what a terminal would have answered. */
  readonly answer: (text: string) => void
  readonly report: (problem: unknown) => void
}

/** A screen to begin from, and the first byte that it does not contain. */
export interface ScreenSnapshot {
  readonly offset: number
  readonly size: ScreenSize
  readonly restore: string
}

/** Lines above the screen; older ones are made from the log for whoever asks (`long-history.ts`). */
const SCROLLBACK_LINES = 1_000
/** An output that pauses for so long leaves the processor to the model. */
const QUIET_MS = 10
/** What a flood may write before the model that is about to lose something has got to it. */
const DROP_MARGIN_BYTES = 8 * 1024 * 1024
/** The library takes 70 MB/s in such pieces, and 26 in small ones. */
const PIECE_BYTES = 1024 * 1024
/** Of a session that has written no more, everything can be replayed; of any other there is a model when it is asked for. */
const WHOLE_REPLAY_BYTES = 64 * 1024
/** How long a screen is waited for that is in the middle of an update. */
const UPDATE_WAIT_MS = 200
const UPDATE_LOOK_MS = 10
/** A thread that ended is made again so often: what ended it is in the log, and may do so again. */
const THREADS_LIMIT = 3

export class SessionScreen {
  readonly #options: SessionScreenOptions
  readonly #who: WhoAnswers
  #thread: ScreenThread | undefined
  #threads = 0
  readonly #sizes: SizeHistory
  /** The next byte to feed, or to look at for questions while there is no model. */
  #position = 0
  #buffer: ArrayBuffer | undefined
  #pendingBytes = 0
  #isUpdating = false
  readonly #scanner = new SequenceScanner((kind, bytes) => {
    if (isQuery(kind, bytes)) this.#isAsked = true
  })
  #isAsked = false
  #wasAttended = false
  #lastOutputMs = 0
  #quiet: NodeJS.Timeout | undefined
  #work: Promise<void> = Promise.resolve()
  #isWorking = false
  readonly #unfollow: () => void
  #isClosed = false

  constructor(options: SessionScreenOptions) {
    this.#options = options
    this.#who = new WhoAnswers(options.isAwaited ? 'terminal' : 'model')
    this.#sizes = new SizeHistory(options.size)
    this.#unfollow = options.log.follow(() => this.#wake())
  }

  /** From the next byte on. */
  resized(size: ScreenSize): void {
    this.#sizes.add(this.#options.log.end, size)
    if (this.#thread) this.#wakeSoon()
  }

  /** A terminal is attached that shows everything from this byte on: it answers what is asked in there. */
  attended(offset: number): void {
    this.#wasAttended = true
    this.#who.set(offset, 'terminal')
  }

  /** The terminal is gone, and has had everything up to this byte. */
  unattended(offset: number): void {
    this.#who.set(offset, 'model')
    // Whoever left may come back.
    if (this.#wasAttended) this.#start()
    this.#wake()
  }

  /** From where on nobody has answered yet, for a terminal that is shown everything from `position` on. */
  unansweredFrom(position: number): number {
    return this.#wasAttended || this.#thread ? this.#options.log.end : position
  }

  /** Whether a terminal of this size that is given everything from the first byte on is the same, and answers nothing twice. */
  isReplayable(size: ScreenSize | undefined): boolean {
    const { log } = this.#options
    return (
      !this.#thread && !this.#isAsked && this.#sizes.isAlways(size) && log.extent().start === 0 && log.end <= WHOLE_REPLAY_BYTES
    )
  }

  /** The screen as it is now. Undefined when there is none to be had. */
  async snapshot({ scrollback }: { readonly scrollback: number }): Promise<ScreenSnapshot | undefined> {
    return await this.#alone(async (thread) => {
      const deadline = performance.now() + UPDATE_WAIT_MS
      await this.#feed(thread)
      while (this.#isUpdating && performance.now() < deadline) {
        await sleep(UPDATE_LOOK_MS)
        await this.#feed(thread)
      }
      const offset = this.#position - this.#pendingBytes
      const above = scrollback > SCROLLBACK_LINES ? await this.#longHistory(scrollback) : undefined
      const { size, restore } = await thread.restore(above === undefined ? scrollback : 0)
      return { offset, size, restore: `${above ?? ''}${restore}` }
    })
  }

  /** Undefined when there is none to be had: what is kept has to do. */
  async #longHistory(lines: number): Promise<string | undefined> {
    const { log, program, report } = this.#options
    const [end, size] = [this.#position, this.#sizes.at(this.#position)]
    try {
      return await drawLongHistory({ log, end, program, size, lines })
    } catch (error) {
      report(error)
      return undefined
    }
  }

  /** What it shows now. Undefined when there is none to be had. */
  async text({ colours }: { readonly colours: boolean }): Promise<ScreenText | undefined> {
    return await this.#alone(async (thread) => {
      await this.#feed(thread)
      return await thread.text(colours)
    })
  }

  close(): void {
    this.#isClosed = true
    this.#unfollow()
    clearTimeout(this.#quiet)
    this.#thread?.close()
  }

  #wake(): void {
    if (this.#isClosed) return
    if (this.#thread) this.#wakeSoon()
    else if (this.#who.at(this.#position) === 'model') this.#lookForQuestions()
  }

  #wakeSoon(): void {
    this.#lastOutputMs = performance.now()
    const { log, heldBytes } = this.#options
    if (log.end - this.#position > heldBytes - Math.min(DROP_MARGIN_BYTES, heldBytes / 2)) this.#catchUp()
    else this.#quiet ??= setTimeout(() => this.#whenQuiet(), QUIET_MS)
  }

  #whenQuiet(): void {
    this.#quiet = undefined
    const missingMs = QUIET_MS - (performance.now() - this.#lastOutputMs)
    if (missingMs > 1) this.#quiet = setTimeout(() => this.#whenQuiet(), missingMs)
    else this.#catchUp()
  }

  #catchUp(): void {
    if (this.#isWorking) return
    this.#alone((thread) => this.#feed(thread)).catch(this.#options.report)
  }

  /** While there is no model: as soon as something is asked, there has to be one. */
  #lookForQuestions(): void {
    const { log } = this.#options
    const piece = Buffer.allocUnsafe(64 * 1024)
    while (this.#position < log.end && !this.#isAsked) {
      const read = log.read(this.#position, piece)
      if (read.kind === 'gap') this.#position = read.to
      if (read.kind !== 'data') continue
      this.#scanner.push(piece.subarray(0, read.bytes))
      this.#position += read.bytes
    }
    if (this.#isAsked || log.end > WHOLE_REPLAY_BYTES) this.#start()
  }

  #start(): ScreenThread | undefined {
    if (this.#thread || this.#isClosed || this.#threads === THREADS_LIMIT) return this.#thread
    const { log, program, report } = this.#options
    this.#threads += 1
    this.#position = log.extent().start
    this.#pendingBytes = 0
    this.#isUpdating = false
    const size = this.#sizes.at(this.#position)
    try {
      this.#thread = new ScreenThread(program, { size, scrollback: SCROLLBACK_LINES }, (why) => {
        this.#thread = undefined
        report(why)
      })
    } catch (error) {
      report(error)
    }
    if (this.#thread) this.#wakeSoon()
    return this.#thread
  }

  /** One after the other; undefined where there is no thread, or none any more. */
  async #alone<T>(work: (thread: ScreenThread) => Promise<T>): Promise<T | undefined> {
    const before = this.#work
    let done = () => {}
    this.#work = new Promise((resolve) => {
      done = resolve
    })
    await before
    const thread = this.#start()
    try {
      this.#isWorking = true
      return thread && (await work(thread))
    } catch (error) {
      // The thread is gone, and its end was told.
      if (this.#thread === thread) throw error
      return undefined
    } finally {
      this.#isWorking = false
      done()
    }
  }

  /** Everything that there is at this moment. */
  async #feed(thread: ScreenThread): Promise<void> {
    const { end } = this.#options.log
    while (this.#position < end) await this.#feedPiece(thread, end)
    this.#applySizes(thread)
  }

  async #feedPiece(thread: ScreenThread, end: number): Promise<void> {
    const { log, answer } = this.#options
    this.#applySizes(thread)
    const position = this.#position
    const bound = Math.min(end, this.#sizes.endAt(position), this.#who.endAt(position), position + PIECE_BYTES)
    const buffer = this.#buffer ?? new ArrayBuffer(PIECE_BYTES)
    this.#buffer = buffer
    const read = log.read(position, new Uint8Array(buffer, 0, bound - position))
    if (read.kind === 'gap') this.#position = read.to
    if (read.kind !== 'data') return
    this.#position += read.bytes
    this.#buffer = undefined
    const fed = await thread.feed(buffer, read.bytes, this.#who.at(position) === 'model')
    // Of an output that comes in small pieces none is kept between them.
    if (this.#position < end) this.#buffer = fed.buffer
    this.#pendingBytes = fed.pendingBytes
    this.#isUpdating = fed.isUpdating
    if (fed.answer !== '') answer(fed.answer)
    this.#who.forget(this.#position - fed.pendingBytes)
  }

  /** Those that the terminal has had by the next byte: the last one counts. */
  #applySizes(thread: ScreenThread): void {
    const size = this.#sizes.takeUntil(this.#position)
    if (size) thread.resize(size)
  }
}

/**
 * The screen of a session with a terminal: a reader of its log like any other, which may lag and never holds anything up. It is
 * made when it is first needed: to restore a screen, or to answer for a terminal that is not there. Fed when the output
 * pauses, or when the log could drop what was not fed yet.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ScreenSize, ScreenText } from '../../screen/screen-model.js'
import { ScreenThread } from '../../screen/thread/screen-thread.js'
import type { StreamLog } from '../log/stream-log.js'
import { drawLongHistory } from './long-history.js'
import { ModelFeed } from './model-feed.js'
import { OutputPause } from './output-pause.js'
import { QuestionWatch } from './question-watch.js'
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
  #model: ModelFeed | undefined
  #threads = 0
  readonly #sizes: SizeHistory
  /** While there has been no model yet. */
  readonly #questions: QuestionWatch
  #wasAttended = false
  readonly #pause = new OutputPause(QUIET_MS, () => this.#catchUp())
  #work: Promise<void> = Promise.resolve()
  #isWorking = false
  readonly #unfollow: () => void
  #isClosed = false

  constructor(options: SessionScreenOptions) {
    this.#options = options
    this.#who = new WhoAnswers(options.isAwaited ? 'terminal' : 'model')
    this.#sizes = new SizeHistory(options.size)
    this.#questions = new QuestionWatch(options.log)
    this.#unfollow = options.log.follow(() => this.#wake())
  }

  /** From the next byte on. */
  resized(size: ScreenSize): void {
    this.#sizes.add(this.#options.log.end, size)
    if (this.#model) this.#wakeSoon(this.#model)
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
    return this.#wasAttended || this.#threads > 0 ? this.#options.log.end : position
  }

  /** Whether a terminal of this size that is given everything from the first byte on is the same, and answers nothing twice. */
  isReplayable(size: ScreenSize | undefined): boolean {
    const { log } = this.#options
    if (this.#threads > 0 || this.#questions.isAsked) return false
    return this.#sizes.isAlways(size) && log.extent().start === 0 && log.end <= WHOLE_REPLAY_BYTES
  }

  /** The screen as it is now. Undefined when there is none to be had. */
  async snapshot({ scrollback }: { readonly scrollback: number }): Promise<ScreenSnapshot | undefined> {
    return await this.#alone(async (model) => {
      const deadline = performance.now() + UPDATE_WAIT_MS
      await model.feed()
      while (model.isUpdating && performance.now() < deadline) {
        await sleep(UPDATE_LOOK_MS)
        await model.feed()
      }
      const offset = model.shownEnd
      const above = scrollback > SCROLLBACK_LINES ? await this.#longHistory(model.position, scrollback) : undefined
      const { size, restore } = await model.thread.restore(above === undefined ? scrollback : 0)
      return { offset, size, restore: `${above ?? ''}${restore}` }
    })
  }

  /** Undefined when there is none to be had: what is kept has to do. */
  async #longHistory(end: number, lines: number): Promise<string | undefined> {
    const { log, program, report } = this.#options
    try {
      return await drawLongHistory({ log, end, program, size: this.#sizes.at(end), lines })
    } catch (error) {
      report(error)
      return undefined
    }
  }

  /** What it shows now. Undefined when there is none to be had. */
  async text({ colours }: { readonly colours: boolean }): Promise<ScreenText | undefined> {
    return await this.#alone(async (model) => {
      await model.feed()
      return await model.thread.text(colours)
    })
  }

  close(): void {
    this.#isClosed = true
    this.#unfollow()
    this.#pause.close()
    this.#model?.thread.close()
  }

  #wake(): void {
    if (this.#isClosed) return
    if (this.#model) this.#wakeSoon(this.#model)
    else if (this.#isModelMissing()) this.#start()
  }

  /** Whether nobody else answers what may be asked now. */
  #isModelMissing(): boolean {
    const { log } = this.#options
    if (this.#threads > 0) return this.#who.at(log.end) === 'model'
    if (this.#who.at(this.#questions.position) !== 'model') return false
    this.#questions.look()
    return this.#questions.isAsked || log.end > WHOLE_REPLAY_BYTES
  }

  #wakeSoon({ position }: ModelFeed): void {
    const { log, heldBytes } = this.#options
    if (log.end - position > heldBytes - Math.min(DROP_MARGIN_BYTES, heldBytes / 2)) this.#catchUp()
    else this.#pause.output()
  }

  #catchUp(): void {
    if (this.#isWorking) return
    this.#alone((model) => model.feed()).catch(this.#options.report)
  }

  #start(): ModelFeed | undefined {
    if (this.#model || this.#isClosed || this.#threads === THREADS_LIMIT) return this.#model
    const { log, program, report, answer } = this.#options
    this.#threads += 1
    const from = log.extent().start
    try {
      const start = { size: this.#sizes.at(from), scrollback: SCROLLBACK_LINES }
      const thread = new ScreenThread(program, start, (why) => {
        this.#model = undefined
        report(why)
      })
      this.#model = new ModelFeed(thread, from, { log, sizes: this.#sizes, who: this.#who, answer })
      this.#wakeSoon(this.#model)
    } catch (error) {
      report(error)
    }
    return this.#model
  }

  /** One after the other; undefined where there is no model, or none any more. */
  async #alone<T>(work: (model: ModelFeed) => Promise<T>): Promise<T | undefined> {
    const before = this.#work
    let done = () => {}
    this.#work = new Promise((resolve) => {
      done = resolve
    })
    await before
    const model = this.#start()
    try {
      this.#isWorking = true
      return model && (await work(model))
    } catch (error) {
      // The thread is gone, and its end was told.
      if (this.#model === model) throw error
      return undefined
    } finally {
      this.#isWorking = false
      done()
    }
  }
}

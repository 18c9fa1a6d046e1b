/** The owner's side of a thread that keeps a screen: one answer for each question, and an end that is told to all. */
import { Worker } from 'node:worker_threads'
import type { ScreenSize, ScreenText } from '../screen-model.js'
import type { Described, Drawn, Fed, FromThread, Restored, ThreadStart, ToThread } from './protocol.js'

/** Of the thread's heap: a screen with its lines takes a tenth. An output that is made to make it larger ends the thread. */
const HEAP_LIMIT_MB = 256
/** What a flood leaves behind before it is collected. */
const YOUNG_LIMIT_MB = 4

/** An answer takes milliseconds: a thread that has none by then, on whatever machine, will have none. */
const ANSWER_MS = 20_000

interface Waiting {
  readonly resolve: (message: FromThread) => void
  readonly reject: (error: Error) => void
}

export class ScreenThread {
  readonly #worker: Worker
  readonly #waiting: Waiting[] = []
  readonly #onGone: (why: Error) => void
  #failure: Error | undefined

  /** `program` is the thread's bundle as text. `onGone` is told why, once, unless it was closed. */
  constructor(program: string, start: ThreadStart, onGone: (why: Error) => void) {
    this.#onGone = onGone
    this.#worker = new Worker(program, {
      eval: true,
      workerData: start,
      // Nothing of it is the session's program's, and nothing of the host's concerns it.
      env: {},
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_LIMIT_MB, maxYoungGenerationSizeMb: YOUNG_LIMIT_MB },
    })
    this.#worker.on('message', (message: FromThread) => {
      this.#waiting.shift()?.resolve(message)
      if (this.#waiting.length === 0) this.#worker.unref()
    })
    this.#worker.on('error', (error) => this.#gone(error instanceof Error ? error : new Error(String(error))))
    this.#worker.on('exit', (code) => this.#gone(new Error(`it ended with ${code}`)))
    // It keeps no process alive but while an answer is waited for.
    this.#worker.unref()
  }

  /** The buffer is the thread's until it comes back. */
  feed(buffer: ArrayBuffer, length: number, answers: boolean): Promise<Fed> {
    return this.#ask({ kind: 'feed', buffer, length, answers }, [buffer]) as Promise<Fed>
  }

  resize(size: ScreenSize): void {
    if (!this.#failure) this.#worker.postMessage({ kind: 'resize', size } satisfies ToThread)
  }

  restore(scrollback: number): Promise<Restored> {
    return this.#ask({ kind: 'restore', scrollback }) as Promise<Restored>
  }

  async text(colours: boolean): Promise<ScreenText> {
    const { text } = (await this.#ask({ kind: 'text', colours })) as Described
    return text
  }

  /** What brings a terminal of another size up to date (`paint-view.ts`). */
  async paint(view: ScreenSize, isWhole: boolean): Promise<string> {
    const { sequence } = (await this.#ask({ kind: 'paint', view, isWhole })) as Drawn
    return sequence
  }

  /** What puts so many lines above a terminal's screen; to be followed by what restores the screen. */
  async above(lines: number): Promise<string> {
    const { sequence } = (await this.#ask({ kind: 'above', lines })) as Drawn
    return sequence
  }

  close(): void {
    this.#failure ??= new Error('it was closed')
    void this.#worker.terminate()
  }

  #ask(message: ToThread, moved: readonly ArrayBuffer[] = []): Promise<FromThread> {
    if (this.#failure) return Promise.reject(this.#failure)
    const answer = new Promise<FromThread>((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      this.#worker.ref()
      this.#worker.postMessage(message, [...moved])
    })
    const timer = setTimeout(() => this.#hangs(), ANSWER_MS)
    return answer.finally(() => clearTimeout(timer))
  }

  #hangs(): void {
    this.#gone(new Error('it does not answer'))
    void this.#worker.terminate()
  }

  #gone(why: Error): void {
    const wasClosed = this.#failure !== undefined
    this.#failure ??= why
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure)
    if (!wasClosed) this.#onGone(why)
  }
}

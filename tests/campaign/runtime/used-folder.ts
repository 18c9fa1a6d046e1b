/** The config folder of a client that runs, and whether it is still the one that it started with. */
import { fstatSync, lstatSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { errnoOf } from '../../../src/platform/perch-error.js'
import { until } from '../../kit/bounded.js'
import type { ClientTask } from './client-plan.js'
import type { HistoryWriter } from './history.js'

/** A file that is moved to the shared home and linked is not there for a moment. */
const MOVE_BOUND_MS = 5_000

export class UsedFolder {
  /** The value of the relocation variable, or the plain home. */
  readonly config: string
  /** Where its `.claude.json` lies. */
  readonly document: string
  readonly #history: HistoryWriter
  readonly #isPlain: boolean
  /** Held open: the number of a removed folder is then given to no other. */
  readonly #fd: number
  readonly #files = new Set<string>()

  private constructor(task: ClientTask, config: string, history: HistoryWriter) {
    this.config = config
    this.document = join(task.isPlain ? task.home : config, '.claude.json')
    this.#history = history
    this.#isPlain = task.isPlain
    this.#fd = openSync(config, 'r')
  }

  /** Undefined, which is told, when there is no folder to run in. */
  static open(task: ClientTask, history: HistoryWriter): UsedFolder | undefined {
    const relocated = process.env.CLAUDE_CONFIG_DIR
    const config = task.isPlain || relocated === undefined ? join(task.home, '.claude') : relocated
    try {
      return new UsedFolder(task, config, history)
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error
      history.write('lost', 'there is no runtime to start in')
      return undefined
    }
  }

  in(...names: readonly string[]): string {
    return join(this.config, ...names)
  }

  /** From now on this file must stay. */
  made(path: string): void {
    this.#files.add(path)
  }

  look(): void {
    if (fstatSync(this.#fd).nlink === 0) this.#history.write('lost', 'the runtime was removed while a client lived in it')
    if (this.#isPlain) return
    for (const name of ['projects', '.credentials.json']) {
      if (!isThere(this.in(name))) this.#history.write('lost', `${name} was removed while a client lived in the runtime`)
    }
  }

  async lookForFiles(): Promise<void> {
    for (const path of this.#files) {
      const what = `${path} was removed while a client lived in the runtime`
      await until(
        () => isThere(path),
        MOVE_BOUND_MS,
        () => what,
      ).catch(() => this.#history.write('lost', what))
    }
  }
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

/**
 * The folder in which an agent's hooks leave what they tell, one file each, put there whole; the file of the status line is
 * replaced by each later one. It is watched, and emptied in the order in which the files came.
 */
import { lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { errnoOf } from '../../platform/perch-error.js'
import { type FolderWatch, watchFolder } from '../../platform/watch/folder-watch.js'
import { isStaging } from './inbox-names.js'

export interface Arrival {
  readonly name: string
  /** The parsed content; undefined where there is none, or no JSON. */
  readonly document: unknown
  /** When it came (ms); never later than now, whatever time the file has. */
  readonly at: number
}

export interface InboxOptions {
  readonly folder: string
  readonly onArrival: (arrival: Arrival) => void
  readonly report: (problem: unknown) => void
}

/** What a hook is told of a permission may hold a whole file; more than this of one is no hook's. */
const DOCUMENT_LIMIT_BYTES = 8 * 1024 * 1024
/** What a hook that was killed left half written is removed after this. */
const STAGING_LIMIT_MS = 60_000
/** Without a watch: the system has none left. Seconds late is better than never. */
const POLL_MS = 2_000

export class Inbox {
  readonly #options: InboxOptions
  readonly #watch: FolderWatch | undefined
  readonly #poll: NodeJS.Timeout | undefined
  #isDue = false
  #isClosed = false

  /** Begins to watch the folder, which must be there. */
  constructor(options: InboxOptions) {
    this.#options = options
    try {
      this.#watch = watchFolder(options.folder, { onChange: () => this.#lookSoon(), onGone: () => undefined })
    } catch (error) {
      options.report(error)
      this.#poll = setInterval(() => this.look(), POLL_MS)
    }
  }

  /** Takes what has arrived, at once. What cannot be taken holds up nothing else. */
  look(): void {
    const { folder, onArrival } = this.#options
    const names = this.#attempt(() => readdirSync(folder)) ?? []
    const found = names.flatMap((name) => this.#attempt(() => this.#found(name)) ?? [])
    // One after the other: a host that was stopped for long may find many large ones.
    for (const { name, at } of found.sort((a, b) => a.at - b.at)) {
      this.#attempt(() => onArrival({ name, document: this.#taken(name), at: Math.max(0, Math.min(at, Date.now())) }))
    }
  }

  /** Takes what has arrived, and ends. */
  close(): void {
    if (this.#isClosed) return
    this.#watch?.close()
    clearInterval(this.#poll)
    this.look()
    this.#isClosed = true
  }

  /** However many changes are told in one turn of the loop. */
  #lookSoon(): void {
    if (this.#isDue) return
    this.#isDue = true
    setImmediate(() => {
      this.#isDue = false
      if (!this.#isClosed) this.look()
    })
  }

  /** A file that is complete, and when it came. Links are not followed. */
  #found(name: string): Pick<Arrival, 'name' | 'at'> | undefined {
    const path = join(this.#options.folder, name)
    const stat = lstatSync(path, { throwIfNoEntry: false })
    if (stat === undefined) return undefined
    if (!isStaging(name)) return { name, at: stat.mtimeMs }
    if (Date.now() - stat.mtimeMs > STAGING_LIMIT_MS) rmSync(path, { force: true, recursive: true })
    return undefined
  }

  /** Reads and removes one file. @throws the system error; what could not be removed would be told again and again */
  #taken(name: string): unknown {
    const path = join(this.#options.folder, name)
    const stat = lstatSync(path)
    const text = stat.isFile() && stat.size <= DOCUMENT_LIMIT_BYTES ? readFileSync(path, 'utf8') : ''
    rmSync(path, { force: true, recursive: true })
    return parsed(text)
  }

  #attempt<T>(step: () => T): T | undefined {
    try {
      return step()
    } catch (error) {
      // The session's folder was removed: nothing will come any more.
      if (!isGone(error)) this.#options.report(error)
      return undefined
    }
  }
}

function parsed(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isGone(error: unknown): boolean {
  const code = errnoOf(error)
  return code === 'ENOENT' || code === 'ENOTDIR'
}

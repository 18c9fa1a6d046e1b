/**
 * The logs that an agent keeps of its conversations, as far as they tell of the account: the last line with a given word, of a file
 * that is found by the conversation's id. The files are the agent's; nothing is written, and only their end is read.
 */
import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'
import type { ConversationLogPlan } from '../../api/signal-plan.js'

/** What an agent writes after it has told of the account is little; an answer of a model, or a file that it read, is less than this. */
const TAIL_BYTES = 1024 * 1024
/** A year has 365 folders of a day. */
const FOLDERS_LIMIT = 10_000
/** An id that could be part of a path is none. */
const ID = /^[0-9A-Za-z-]{8,64}$/

export class ConversationLogs {
  /** Where the log of a conversation was found; of the last one asked for. */
  #found: { readonly conversation: string; readonly path: string } | undefined

  /** The last line that holds the word, parsed; undefined where there is none. @throws the system error */
  lastLine(conversation: string, { folder, depth, word }: Pick<ConversationLogPlan, 'folder' | 'depth' | 'word'>): unknown {
    if (this.#found?.conversation !== conversation) {
      const path = ID.test(conversation) ? findLog(folder, depth, `${conversation}.jsonl`) : undefined
      this.#found = path === undefined ? undefined : { conversation, path }
    }
    try {
      return this.#found && lastLineWith(this.#found.path, word)
    } catch (error) {
      // Moved, as an archived conversation is: looked for anew the next time.
      this.#found = undefined
      throw error
    }
  }
}

/** Newest folders first: they are named by dates. */
function findLog(folder: string, depth: number, ending: string): string | undefined {
  const waiting = [{ path: folder, depth }]
  for (let looked = 0; looked < FOLDERS_LIMIT; looked += 1) {
    const next = waiting.pop()
    if (next === undefined) return undefined
    const entries = readdirSync(next.path, { withFileTypes: true })
    if (next.depth === 0) {
      const file = entries.find((entry) => entry.isFile() && entry.name.endsWith(ending))
      if (file) return join(next.path, file.name)
      continue
    }
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
    for (const name of folders.sort()) waiting.push({ path: join(next.path, name), depth: next.depth - 1 })
  }
  return undefined
}

function lastLineWith(path: string, word: string): unknown {
  const lines = endOf(path).split('\n')
  for (const line of lines.reverse()) {
    if (!line.includes(word)) continue
    try {
      return JSON.parse(line)
    } catch {
      // Cut off at the beginning, or still being written.
    }
  }
  return undefined
}

function endOf(path: string): string {
  const fd = openSync(path, 'r')
  try {
    const { size } = fstatSync(fd)
    const length = Math.min(size, TAIL_BYTES)
    const bytes = Buffer.alloc(length)
    const read = readSync(fd, bytes, 0, length, size - length)
    return bytes.toString('utf8', 0, read)
  } finally {
    closeSync(fd)
  }
}

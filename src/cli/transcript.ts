/** A conversation by the file that the agent keeps of it: its name is its id, and its lines say in which folder it was. */
import { closeSync, openSync, readSync } from 'node:fs'
import { basename } from 'node:path'
import { isConversationId } from '../agents/conversation.js'
import { messageOf, PerchError } from '../platform/perch-error.js'

export interface Transcript {
  readonly conversation: string
  /** Undefined where no line at its beginning says so. */
  readonly cwd: string | undefined
}

/** The first lines of a transcript say where; a line may be as long as a whole file that was read. */
const READ_BYTES = 256 * 1024

/** Whether a word names such a file. */
export function isTranscriptPath(word: string): boolean {
  return word.endsWith('.jsonl') && isConversationId(basename(word, '.jsonl'))
}

/** @throws PerchError `file-not-found` */
export function readTranscript(path: string): Transcript {
  const conversation = basename(path, '.jsonl').toLowerCase()
  return { conversation, cwd: firstLines(path).flatMap(cwdOf)[0] }
}

function firstLines(path: string): readonly string[] {
  const bytes = Buffer.alloc(READ_BYTES)
  try {
    const fd = openSync(path, 'r')
    try {
      return bytes.toString('utf8', 0, readSync(fd, bytes, 0, READ_BYTES, 0)).split('\n')
    } finally {
      closeSync(fd)
    }
  } catch (cause) {
    throw new PerchError('file-not-found', `${path} cannot be read: ${messageOf(cause)}`, { cause })
  }
}

function cwdOf(line: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(line)
    const cwd = typeof value === 'object' && value !== null && 'cwd' in value ? value.cwd : undefined
    return typeof cwd === 'string' && cwd.startsWith('/') ? [cwd] : []
  } catch {
    // The last line was cut off, or the format has changed.
    return []
  }
}

/** Reads mirrored files: only regular ones, never through a link, and only as they were when they were looked at. */
import { createHash, hash } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type { SeenFile } from './entry-pair.js'
import { isSameFile, printOf, SMALL_FILE_BYTES } from './side-print.js'

const PIECE_BYTES = 1024 * 1024

/** Not to wait for the other end of a pipe that took the file's place since it was looked at. */
export const READ_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/** All bytes of the file; undefined when it is not the file that was seen any more. */
export function readAll(seen: SeenFile): Buffer | undefined {
  const fd = openSync(seen.path, READ_FLAGS)
  try {
    if (!isSeen(fd, seen)) return undefined
    const bytes = readRange(fd, 0, seen.print.size)
    return isSeen(fd, seen) ? bytes : undefined
  } finally {
    closeSync(fd)
  }
}

/** Fewer bytes than asked for where the file ends before. */
export function readRange(fd: number, from: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  let done = 0
  while (done < length) {
    const read = readSync(fd, bytes, done, length - done, from + done)
    if (read === 0) break
    done += read
  }
  return bytes.subarray(0, done)
}

export function hashOf(bytes: Uint8Array): string {
  return hash('sha1', bytes, 'base64')
}

/** The hash of the file's content; undefined when it is not the file that was seen any more. */
export async function hashOfFile(seen: SeenFile): Promise<string | undefined> {
  if (seen.print.size <= SMALL_FILE_BYTES) {
    const bytes = readAll(seen)
    return bytes === undefined ? undefined : hashOf(bytes)
  }
  await using file = await open(seen.path, READ_FLAGS)
  const digest = createHash('sha1')
  const piece = Buffer.allocUnsafe(PIECE_BYTES)
  for (;;) {
    const { bytesRead } = await file.read(piece, 0, PIECE_BYTES)
    if (bytesRead === 0) break
    digest.update(piece.subarray(0, bytesRead))
  }
  return isSeen(file.fd, seen) ? digest.digest('base64') : undefined
}

function isSeen(fd: number, seen: SeenFile): boolean {
  const stat = fstatSync(fd)
  return stat.isFile() && isSameFile(printOf(stat, 0), seen.print)
}

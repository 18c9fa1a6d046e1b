/** Pipes from FIFOs: made by `mkfifo` in a private folder, opened at both ends, and unlinked before anybody uses them. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { messageOf, PerchError } from '../perch-error.js'
import { requireRoomForPipes } from '../process/room-for-pipes.js'
import { openEnds, type PipeDirection, type PipeEnds } from './pipe-ends.js'

/** Making three FIFOs takes 3 ms; a machine that swaps was seen to take seconds. */
const MKFIFO_TIMEOUT_MS = 10_000
/** `execFile` gives its child three. */
const EXEC_FILE_PIPES = 3

/** @throws PerchError `spawn-failed` */
export async function openFifos(directions: readonly PipeDirection[]): Promise<readonly PipeEnds[]> {
  let folder: string | undefined
  try {
    const made = mkdtempSync(join(tmpdir(), 'perch-pipe-'))
    folder = made
    const paths = directions.map((_, index) => join(made, String(index)))
    requireRoomForPipes(EXEC_FILE_PIPES)
    await promisify(execFile)('mkfifo', ['-m', '600', ...paths], { timeout: MKFIFO_TIMEOUT_MS })
    return openEnds(paths, directions)
  } catch (cause) {
    throw new PerchError('spawn-failed', `the pipes of the session cannot be made in ${tmpdir()}: ${messageOf(cause)}`, {
      cause,
      hint: 'Check that TMPDIR names a folder that you can write to, and that mkfifo is installed.',
    })
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  }
}

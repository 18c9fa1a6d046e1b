/**
 * One temporary folder per test file, and `TMPDIR` pointing at it: everything that a test or its children put into the
 * temporary folder lies in it, so that whatever is left after the test can be found and named.
 */
import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

let folder: string | undefined
let outerTmpdir: string | undefined

/** Makes the folder and redirects `os.tmpdir()` of this process and its children. Called once, by the setup file. */
export function openWorkerFolder(): string {
  // Two characters and six random ones: a socket path below it must stay under 103 bytes.
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'pw'))
  outerTmpdir = process.env.TMPDIR
  process.env.TMPDIR = folder
  return folder
}

/** The folder of this test file. Its path is the mark by which the processes of the file are known. */
export function workerFolder(): string {
  if (folder === undefined) throw new Error('tests/kit/setup.ts was not loaded: is it in setupFiles of vitest.config.ts?')
  return folder
}

/** What lies in the folder now. */
export function workerFolderEntries(): readonly string[] {
  return readdirSync(workerFolder())
}

/** The next test file of this process gets one beside it. */
export function removeWorkerFolder(): void {
  rmSync(workerFolder(), { recursive: true, force: true })
  if (outerTmpdir === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = outerTmpdir
}

/**
 * Anonymous pipes on Linux, where Node has no `pipe(2)`: a shell makes one for each small here-document, and /proc opens
 * both ends of it for us. Takes one short-lived process, less time than `mkfifo`, and no file.
 */
import type { ChildProcess } from 'node:child_process'
import { closeSync, constants, openSync, readlinkSync, readSync } from 'node:fs'
import { spawnSealed } from '../process/inherited-descriptors.js'
import { OneTimeEvent } from '../process/one-time-event.js'
import { openEnds, type PipeDirection, type PipeEnds } from './pipe-ends.js'

/** The first descriptor of the shell that holds a pipe. A shell knows redirections of 0 to 9 only. */
const FIRST_PIPE = 3
/** The shell answers within 2 ms; a machine that swaps was seen to take seconds. */
const READY_TIMEOUT_MS = 10_000
/** The here-documents must not be empty: bash then takes /dev/null. */
const DOCUMENT = '-\n'

/**
 * One anonymous pipe for each direction; undefined where /bin/sh keeps here-documents in files (bash before 5.1, mksh), or
 * /proc does not let us in.
 */
export async function openAnonymousPipes(directions: readonly PipeDirection[]): Promise<readonly PipeEnds[] | undefined> {
  const numbers = directions.map((_, index) => FIRST_PIPE + index)
  const shell = startShell(scriptFor(numbers))
  if (shell === undefined) return undefined
  try {
    if (!(await isReady(shell))) return undefined
    const paths = numbers.map((number) => `/proc/${shell.pid}/fd/${number}`)
    return openPipesAt(paths, directions)
  } finally {
    // It holds the pipes' reading ends: nobody else may.
    shell.kill('SIGKILL')
    shell.stdin?.destroy()
    shell.stdout?.destroy()
  }
}

/** Undefined where it cannot be started (no descriptor is left): the caller has another way, and tells if that fails too. */
function startShell(script: string): ChildProcess | undefined {
  try {
    const stdio = ['pipe', 'pipe', 'ignore'] as const
    return spawnSealed('/bin/sh', ['-c', script], { stdio, cwd: '/', env: {}, detached: false })
  } catch {
    return undefined
  }
}

function scriptFor(numbers: readonly number[]): string {
  const redirections = numbers.map((number) => `${number}<<E`).join(' ')
  return `exec ${redirections}\n${`${DOCUMENT}E\n`.repeat(numbers.length)}echo; read -r forever`
}

async function isReady(shell: ChildProcess): Promise<boolean> {
  let answered = false
  const settled = new OneTimeEvent()
  shell.stdout?.once('data', () => {
    answered = true
    settled.raise()
  })
  // Without a shell, or one that ended: the caller has another way.
  for (const end of ['error', 'exit'] as const) shell.once(end, () => settled.raise())
  await settled.within(READY_TIMEOUT_MS)
  return answered
}

function openPipesAt(paths: readonly string[], directions: readonly PipeDirection[]): readonly PipeEnds[] | undefined {
  try {
    if (!paths.every((path) => readlinkSync(path).startsWith('pipe:'))) return undefined
    for (const path of paths) emptyPipe(path)
    return openEnds(paths, directions)
  } catch {
    // Whatever keeps us from /proc (a hardened container): the caller has another way.
    return undefined
  }
}

function emptyPipe(path: string): void {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    readSync(fd, Buffer.alloc(DOCUMENT.length))
  } finally {
    closeSync(fd)
  }
}

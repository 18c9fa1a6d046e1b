/**
 * A tee into a command: the stream is its standard input, a real pipe, and the end of the stream is the end of that. It runs
 * in a session and process group of its own, belongs to no perch session, and is ended with the tee.
 */
import type { ChildProcess } from 'node:child_process'
import { closeSync } from 'node:fs'
import { PerchError } from '../../../platform/perch-error.js'
import type { PipeEnds } from '../../../platform/pipe/pipe-ends.js'
import { openPipes } from '../../../platform/pipe/pipes.js'
import { spawnSealed } from '../../../platform/process/inherited-descriptors.js'
import type { WaitStatus } from '../../../platform/process/owned-process.js'
import { requireFolder } from '../../../platform/process/resolve-program.js'
import { PERCH_PROCESS_VARIABLE } from '../../../platform/process/spawn-detached.js'
import { spawnError } from '../../../platform/process/spawn-error.js'
import type { TeeSink } from '../tee-sink.js'
import { type ByteOutput, byteSink } from './byte-output.js'
import { CommandEnd } from './command-end.js'
import { pacedOutput } from './paced-output.js'

/** From the closed input of an exiting command to its collected exit: microseconds, more on a machine that is busy. */
const COLLECT_BOUND_MS = 1_000

export interface CommandTarget {
  /** For `/bin/sh -c`. */
  readonly command: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

/**
 * Starts the command with `/bin/sh -c`.
 * @throws PerchError `folder-not-found`, `command-too-long`, `bad-request`, `spawn-failed`, `program-not-found`
 */
export async function openCommandSink({ command, cwd, env }: CommandTarget): Promise<TeeSink> {
  requireFolder(cwd)
  const [input] = await openPipes(['to-child'])
  if (input === undefined) throw new Error('openPipes returned fewer pipes than it was asked for')
  const child = await startShell(command, { cwd, env, input })
  const end = new CommandEnd(child)
  const paced = pacedOutput({ fd: input.ours, name: 'the command', onDone: () => closeSync(input.ours) })
  const output: ByteOutput = { ...paced, write: (bytes) => paced.write(bytes).catch(explainedBy(end)) }
  const sink = byteSink({ kind: 'command', target: command, output })
  return {
    ...sink,
    begin: (onBroken) => {
      void end.status.then((status) => onBroken(endedWith(status)))
    },
    finish: async () => {
      await output.finish()
      const status = await end.status
      if (status.code !== 0) throw endedWith(status)
    },
    close: async () => {
      await output.close()
      await end.force()
    },
  }
}

async function startShell(
  command: string,
  { cwd, env, input }: { readonly cwd: string; readonly env: Readonly<Record<string, string>>; readonly input: PipeEnds },
): Promise<ChildProcess> {
  try {
    const child = spawnSealed('/bin/sh', ['-c', command], {
      stdio: [input.theirs, 'ignore', 'ignore'],
      cwd,
      env: environmentOf(env),
      detached: true,
    })
    // The failures that come later come at once, too: libuv knows of them when it has forked.
    if (child.pid === undefined) throw await new Promise((resolve) => child.once('error', resolve))
    return child
  } catch (error) {
    closeSync(input.ours)
    throw spawnError(error, '/bin/sh')
  } finally {
    closeSync(input.theirs)
  }
}

/**
 * Who asks for a tee may do so inside a session, whose end must not take the command along before it has had everything: it
 * does not carry that session's mark, and is marked as a part of perch itself.
 */
function environmentOf({ PERCH_SESSION: _, ...env }: Readonly<Record<string, string>>): Record<string, string> {
  return { ...env, [PERCH_PROCESS_VARIABLE]: 'tee' }
}

/**
 * A command that exits closes its input before its exit can be collected. So what a failed write tells is the exit where there
 * is one, and otherwise that the command reads no more.
 */
function explainedBy(end: CommandEnd): (error: unknown) => Promise<never> {
  return async (error) => {
    if (error instanceof PerchError && (await end.within(COLLECT_BOUND_MS))) throw endedWith(await end.status)
    throw error
  }
}

function endedWith({ code, signal }: WaitStatus): PerchError {
  return new PerchError('tee-failed', signal ? `the command was ended by ${signal}` : `the command exited with code ${code}`)
}

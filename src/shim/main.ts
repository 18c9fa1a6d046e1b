/**
 * The program behind every shim: `shim AGENT PID`, called by the script that `perch shim install` has made, whose process has
 * that id. Prints what the script evaluates to become the agent; where it cannot, says why on stderr and ends with the code
 * that belongs to it. The agent is never started under another account instead.
 */
import { writeSync } from 'node:fs'
import { isatty } from 'node:tty'
import { agentNamed, knownAgents } from '../agents/known-agents.js'
import { EXIT, exitCodeOf } from '../api/error-codes.js'
import { errorText, messageText } from '../cli/present/error-text.js'
import { perchPaths } from '../platform/paths.js'
import { errnoOf, PerchError } from '../platform/perch-error.js'
import { finalCommand } from './final-command.js'
import { launchFromShim } from './launch.js'
import { wakeDaemon } from './wake-daemon.js'

void main(process.argv.slice(2))

async function main([agent = '', pid = '']: readonly string[]): Promise<void> {
  const { env } = process
  try {
    const paths = perchPaths(env)
    const known = knownAgents(paths)
    const call = { agent: agentNamed(agent, known), agents: known.all, paths, env, cwd: currentFolder(), pid: Number(pid) }
    const launch = await launchFromShim(call)
    if (launch.hasRuntime) tryTo(() => wakeDaemon(paths))
    // A file or a pipe gets the agent's own stderr and nothing else.
    if (launch.notices.length > 0 && isatty(2))
      for (const notice of launch.notices) say(messageText(`perch: ${notice}`, Number.POSITIVE_INFINITY))
    // Where this process is killed in the middle of it, the script sees the signal and evaluates nothing.
    writeFully(1, finalCommand(launch.command))
    process.exit(EXIT.done)
  } catch (error) {
    say(errorText(error, Number.POSITIVE_INFINITY))
    process.exit(error instanceof PerchError ? exitCodeOf(error.code) : EXIT.failed)
  }
}

/** @throws PerchError `folder-not-found` */
function currentFolder(): string {
  try {
    return process.cwd()
  } catch (cause) {
    throw new PerchError('folder-not-found', 'the current folder is gone', { cause, hint: 'Change to one that exists: cd ~' })
  }
}

/** The agent runs also without: what is out of step meanwhile is taken over at the next start. */
function tryTo(step: () => void): void {
  try {
    step()
  } catch (error) {
    if (errnoOf(error) === undefined && !(error instanceof PerchError)) throw error
  }
}

function writeFully(fd: number, text: string): void {
  const bytes = Buffer.from(text)
  for (let written = 0; written < bytes.byteLength; ) written += writeSync(fd, bytes, written)
}

function say(text: string): void {
  try {
    writeFully(2, text)
  } catch (error) {
    // Nobody listens; the exit code is all that is left to tell.
    if (errnoOf(error) === undefined) throw error
  }
}

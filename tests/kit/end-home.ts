/**
 * Ends everything of a temporary home, in the order in which perch cannot start any of it again: the daemon (asked, and
 * it must obey), then the hosts and programs of sessions that the test left running. Whatever then still carries the home's
 * path was left by perch, not by the test, and is a leak.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PerchPaths } from '../../src/platform/paths.js'
import { inspectHome, recordedDaemon, recordedSessions } from './home-inspection.js'
import { type Leak, processLeak, remainingProcesses } from './leak-check.js'
import { endProcess, processesMarked, type SeenProcess } from './marked-processes.js'

/** A daemon has nothing to finish: sessions are not its own. */
const DAEMON_END_MS = 5_000
const FILES_CLOSED_MS = 2_000
const LOOK_EVERY_MS = 10

export async function endHome(root: string, paths: PerchPaths): Promise<readonly Leak[]> {
  forbidDaemonRestart(paths)
  const daemonLeaks = await endDaemon(root, paths)
  const endedHere = endLiveSessions(root, paths)
  const left = await remainingProcesses(() => processesMarked(root))
  for (const leaked of left) endProcess(leaked)
  return [...daemonLeaks, ...left.map(processLeak), ...(await settledLeaks(() => inspectHome(root, paths, endedHere)))]
}

/** A host that loses its daemon starts another one unless this file says that it was stopped on purpose. */
function forbidDaemonRestart(paths: PerchPaths): void {
  mkdirSync(paths.state, { recursive: true, mode: 0o700 })
  writeFileSync(join(paths.state, 'daemon.stopped'), '', { mode: 0o600 })
}

async function endDaemon(root: string, paths: PerchPaths): Promise<readonly Leak[]> {
  const daemons = () => daemonsOf(root, paths)
  for (const daemon of daemons()) endProcess(daemon, 'SIGTERM')
  const left = await remainingProcesses(daemons, DAEMON_END_MS)
  for (const daemon of left) endProcess(daemon)
  return left.map((daemon) => ({ kind: 'process', what: `${daemon.pid} ${daemon.command} (SIGTERM did not end it)` }))
}

/** The recorded one, if the process with this pid is one of this home, and any other that is just starting. */
function daemonsOf(root: string, paths: PerchPaths): readonly SeenProcess[] {
  const recorded = recordedDaemon(paths)
  return processesMarked(root).filter(({ pid, command }) => pid === recorded || command.includes('perchd.cjs'))
}

/** Returns the ids of the sessions it ended. */
function endLiveSessions(root: string, paths: PerchPaths): ReadonlySet<string> {
  const live = recordedSessions(paths).filter(({ ended }) => !ended)
  for (const { id, host, child } of live) {
    // The host first, so that it cannot write the end of a session that the test left running into the record.
    endProcess(host)
    if (child !== null) endProcess(child)
    const mark = `PERCH_SESSION=${id}`
    for (const member of processesMarked(root)) if (member.environment.includes(mark)) endProcess(member)
  }
  return new Set(live.map(({ id }) => id))
}

/** A killed process loses its environment, by which it is found, a moment before its files and their locks (Linux: `do_exit`). */
async function settledLeaks(look: () => readonly Leak[]): Promise<readonly Leak[]> {
  const deadline = performance.now() + FILES_CLOSED_MS
  for (;;) {
    const leaks = look()
    if (leaks.length === 0 || performance.now() >= deadline) return leaks
    await sleep(LOOK_EVERY_MS)
  }
}

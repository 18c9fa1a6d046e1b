/** Sessions and the daemon as `--json` and the folders show them, and the worst that can happen to them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { DaemonInfo, SessionReply, SessionsReply } from '../../src/api/control.js'
import type { Session } from '../../src/api/session.js'
import { profileFolder } from '../../src/platform/paths.js'
import { until } from './bounded.js'
import { recordedDaemon, recordedSessions } from './home-inspection.js'
import { endProcess, processesMarked } from './marked-processes.js'
import { type PerchOptions, perchJson, perchText } from './perch-program.js'
import type { TestHome } from './temporary-home.js'

const DaemonStatus = v.looseObject({ daemon: v.nullable(DaemonInfo) })

/**
 * The daemon releases the runtime after the session's end; the drain of a large tree takes its time. Where a child of the agent
 * outlives it for a moment, or a file is still warm, the release is made up for by the daemon's slow pass, 30 s later at most.
 */
const RELEASE_BOUND_MS = 45_000

/** `perch run -d ARGS` or `perch exec -d ARGS`. */
export async function startSession(
  home: TestHome,
  verb: 'run' | 'exec',
  args: readonly string[],
  options: PerchOptions = {},
): Promise<Session> {
  // Before the arguments: whatever follows "--" is the program's own.
  return v.parse(SessionReply, JSON.parse(await perchText(home, [verb, '-d', '--json', ...args], options))).session
}

export async function showSession(home: TestHome, session: string): Promise<Session> {
  return v.parse(SessionReply, await perchJson(home, ['show', session])).session
}

/** Live and ended ones. */
export async function listSessions(home: TestHome): Promise<readonly Session[]> {
  return v.parse(SessionsReply, await perchJson(home, ['ls', '-a'])).sessions
}

/** The running daemon's pid; undefined when none runs. Starts none. */
export async function daemonPid(home: TestHome): Promise<number | undefined> {
  return v.parse(DaemonStatus, await perchJson(home, ['daemon', 'status'])).daemon?.pid
}

/** SIGKILL to the daemon that is recorded. */
export function killDaemon(home: TestHome): void {
  const pid = recordedDaemon(home.paths)
  const daemon = processesMarked(home.root).find((seen) => seen.pid === pid)
  if (daemon === undefined) throw new Error('no daemon of this home runs')
  endProcess(daemon)
}

/** SIGKILL to the daemon, the session's host and its program in one go, so that none of them can tidy up after another. */
export function killAtOnce(home: TestHome, sessionId: string): void {
  const session = recordedSessions(home.paths).find(({ id }) => id === sessionId)
  if (session?.child == null) throw new Error(`${sessionId} is not running`)
  killDaemon(home)
  endProcess(session.host)
  endProcess(session.child)
}

/** Resolves when the daemon has released the profile's runtime after its last session: everything in it is taken over. */
export async function runtimeReleased(home: TestHome, profile: string): Promise<void> {
  const folder = profileFolder(home.paths, profile)
  const runtime = join(folder, 'runtime')
  const gone = () => !existsSync(runtime)
  const why = () => lastLines(join(folder, 'sync', 'journal.jsonl'))
  await until(gone, RELEASE_BOUND_MS, () => `the release of ${runtime}, which holds ${readdirSync(runtime)}; last:\n${why()}`)
}

/** Where a journal says what kept perch from something. */
function lastLines(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n').slice(-5).join('\n') : 'nothing'
}

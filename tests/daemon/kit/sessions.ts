/** Sessions as tests ask for them, and a client of a temporary home's daemon. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { NewSession } from '../../../src/api/control.js'
import type { Session } from '../../../src/api/session.js'
import { connectPerch, type PerchClient } from '../../../src/client/perch-client.js'
import { readDaemonAddress } from '../../../src/client/published-address.js'
import { identifyProcess, livenessOf } from '../../../src/platform/process/process-identity.js'
import { until } from '../../kit/bounded.js'
import type { TemporaryHome } from '../../kit/temporary-home.js'

/** Longer than anything here takes on a busy machine. */
export const TEST_BOUND_MS = 20_000

export function clientOf(home: TemporaryHome, options: { readonly autostart?: boolean } = {}): PerchClient {
  return connectPerch({ paths: home.paths, env: home.env, autostart: options.autostart ?? true })
}

/** A request for a command in the profile `default`, through pipes, in the home folder. */
export function commandSession(home: TemporaryHome, argv: readonly string[], more: Partial<NewSession> = {}): NewSession {
  return {
    profile: null,
    program: { kind: 'command', argv: [...argv] },
    cwd: home.home,
    env: { ...home.env },
    kind: 'pipe',
    ...more,
  }
}

/** Starts a session that does what the shell script says. */
export async function startScript(
  client: PerchClient,
  home: TemporaryHome,
  script: string,
  more: Partial<NewSession> = {},
): Promise<Session> {
  return (await client.createSession(commandSession(home, ['sh', '-c', script], more))).session
}

/** Waits for a session to be over. */
export function ended(client: PerchClient, id: string): Promise<Session> {
  const look = async () => {
    const { session } = await client.showSession(id)
    return session.exit === null ? undefined : session
  }
  return until(look, TEST_BOUND_MS, () => `the end of session ${id}`)
}

/** The whole log of one stream of an ended session. */
export async function logText(client: PerchClient, id: string, stream: string): Promise<string> {
  const { bytes } = await client.readLog(id, stream, { from: 0 })
  const chunks: Buffer[] = []
  for await (const chunk of bytes) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

export function daemonPid(home: TemporaryHome): number {
  const address = readDaemonAddress(home.paths)
  if (!address) throw new Error('no daemon is published')
  return address.pid
}

/** SIGKILL, and waits until the process is gone. A host may have started the next one by then. */
export async function killDaemon(home: TemporaryHome): Promise<void> {
  const identity = identifyProcess(daemonPid(home))
  if (!identity) throw new Error('the published daemon does not run')
  process.kill(identity.pid, 'SIGKILL')
  await until(
    () => livenessOf(identity) === 'dead',
    TEST_BOUND_MS,
    () => 'the killed daemon to be gone',
  )
}

export function sessionFolders(home: TemporaryHome): readonly string[] {
  return readdirSync(join(home.paths.state, 'sessions'))
}

export function daemonLog(home: TemporaryHome): string {
  return readFileSync(join(home.paths.state, 'daemon.log'), 'utf8')
}

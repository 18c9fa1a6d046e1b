/**
 * Where things live. `PERCH_HOME` puts everything under one folder; otherwise the XDG variables, on every system, with
 * the platform's own folders as the fallback. Pure: nothing is made or checked here (`safe-folder.ts` does that).
 */
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'

/** Loaded when the environment does not say: it costs a command 0.3 ms. */
const os = () => process.getBuiltinModule('node:os')

export interface PerchPaths {
  /** `config.toml`, `agents.d/`: the person's, never rewritten. */
  readonly config: string
  /** `profiles/<name>/…`. */
  readonly data: string
  /** `sessions/<id>/…`, `locks/`, `daemon.json`, `daemon.log`, `state.json`. */
  readonly state: string
  /** `perchd.sock` and `s/<short>.sock`. */
  readonly runtime: string
}

/** The folders for this environment. A relative XDG value is ignored, as its specification asks. */
export function perchPaths(env: NodeJS.ProcessEnv = process.env): PerchPaths {
  if (env.PERCH_HOME) {
    const root = resolve(env.PERCH_HOME)
    return { config: root, data: root, state: root, runtime: root }
  }
  const home = env.HOME || os().homedir()
  const platformDefault = process.platform === 'darwin' ? join(home, 'Library', 'Application Support') : undefined
  const config = xdg(env.XDG_CONFIG_HOME) ?? platformDefault ?? join(home, '.config')
  const data = xdg(env.XDG_DATA_HOME)
  const state = xdg(env.XDG_STATE_HOME) ?? platformDefault ?? join(home, '.local', 'state')
  const runtime = xdg(env.XDG_RUNTIME_DIR)
  return {
    config: join(config, 'perch'),
    data: (data && dataAroundRuntime(data)) ?? join(data ?? platformDefault ?? join(home, '.local', 'share'), 'perch'),
    state: join(state, 'perch'),
    runtime: runtime ? join(runtime, 'perch') : join(os().tmpdir(), `perch-${os().userInfo().uid}`),
  }
}

/** Whether a path has the shape of a profile's runtime, of whichever perch. Nested sessions inherit such values. */
export function isRuntimePath(path: string): boolean {
  return /[/\\]profiles[/\\][^/\\]+[/\\]runtime$/.test(path)
}

/** The variable that moves an agent may be one of XDG's. Under such an agent perch still is where the runtime lies. */
function dataAroundRuntime(path: string): string | undefined {
  const data = dirname(dirname(dirname(path)))
  return isRuntimePath(path) && basename(data) === 'perch' ? data : undefined
}

/** The person's home folder for this environment. */
export function homeFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env.HOME || os().homedir()
}

export function profileFolder(paths: PerchPaths, name: string): string {
  return join(paths.data, 'profiles', name)
}

/** Where the shims lie; the person puts it first on PATH. */
export function shimsFolder(paths: PerchPaths): string {
  return join(paths.data, 'shims')
}

export function sessionFolder(paths: PerchPaths, id: string): string {
  return join(paths.state, 'sessions', id)
}

/** The daemon's socket. */
export function daemonSocketPath(paths: PerchPaths): string {
  return join(paths.runtime, 'perchd.sock')
}

/** Where the running daemon publishes its address (`DaemonAddress`). */
export function daemonAddressPath(paths: PerchPaths): string {
  return join(paths.state, 'daemon.json')
}

export function daemonLogPath(paths: Pick<PerchPaths, 'state'>): string {
  return join(paths.state, 'daemon.log')
}

/** The numbered events of all sessions; the older part lies beside it. */
export function eventJournalPath(paths: PerchPaths): string {
  return join(paths.state, 'events.jsonl')
}

/** Of which sessions somebody was notified. */
export function notifiedPath(paths: Pick<PerchPaths, 'state'>): string {
  return join(paths.state, 'notified.json')
}

/** What sessions used and accounts have left, over time (SQLite). */
export function usageDatabasePath(paths: Pick<PerchPaths, 'state'>): string {
  return join(paths.state, 'usage.db')
}

/** Held by the daemon as long as it runs. */
export function daemonLockPath(paths: Pick<PerchPaths, 'state'>): string {
  return join(paths.state, 'locks', 'daemon.lock')
}

/** The lock of whoever is starting the daemon, a command or a host: it spares the machine ten processes where one is enough. */
export function daemonStartLockPath(paths: Pick<PerchPaths, 'state'>): string {
  return join(paths.state, 'locks', 'daemon-start.lock')
}

/** The mark of `perch daemon stop`: hosts that see it start no daemon. Any command that needs one removes it. */
export function daemonStopMarkPath(paths: Pick<PerchPaths, 'state'>): string {
  return join(paths.state, 'daemon.stopped')
}

/** A session's socket: named by its id (8 characters), so that it stays under the limit of a socket address. */
export function sessionSocketPath(paths: PerchPaths, id: string): string {
  return join(paths.runtime, 's', `${id}.sock`)
}

/** Longest path that every supported system accepts as a socket address (sun_path of macOS, less the final NUL). */
export const SOCKET_PATH_LIMIT_BYTES = 103

function xdg(value: string | undefined): string | undefined {
  return value && isAbsolute(value) ? value : undefined
}

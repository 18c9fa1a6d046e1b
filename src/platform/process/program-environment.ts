/**
 * The environment of perch's own programs, the daemon and the hosts. They outlive the shell that happened to start them,
 * so they keep only what says where things live and in which language to speak; nothing of it reaches a session, whose
 * environment comes from the shell that asked for it.
 */
import { resolve } from 'node:path'

const KEPT = new Set([
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'TMPDIR',
  'TZ',
  'PERCH_LOG',
  // systemd-run and the linger check ask the user manager.
  'DBUS_SESSION_BUS_ADDRESS',
  // Where the command of a notification shows something.
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'XAUTHORITY',
  // Tests kill the programs at named places.
  'PERCH_FAILPOINT',
])
const KEPT_PREFIXES = ['XDG_', 'LC_']

/** What of `env` the daemon or a host starts with. A relative PERCH_HOME becomes absolute: they run in `/`. */
export function programEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) continue
    if (KEPT.has(name) || KEPT_PREFIXES.some((prefix) => name.startsWith(prefix))) kept[name] = value
  }
  if (env.PERCH_HOME) kept.PERCH_HOME = resolve(env.PERCH_HOME)
  return kept
}

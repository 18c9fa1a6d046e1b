/**
 * What a service manager starts the daemon with: the same folders as for the shell that installed it, whatever the manager
 * itself was started with. Nothing of it reaches a session. Pure.
 */
import { programEnvironment } from '../../platform/process/program-environment.js'

/** `XDG_RUNTIME_DIR` is the manager's own: a daemon publishes where it listens. */
const KEPT = ['PATH', 'HOME', 'LANG', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME', 'PERCH_HOME']

export function serviceEnvironment(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const all = programEnvironment(env)
  return Object.fromEntries(KEPT.flatMap((name) => (all[name] ? [[name, all[name]]] : [])))
}

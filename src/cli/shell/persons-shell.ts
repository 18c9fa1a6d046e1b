/** Which shell a person uses, for what perch prints to be evaluated or put into its start file. */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parseShell, type Shell, shells } from '../values/shell.js'

/**
 * The one that was asked for, else the one that has called, else the login shell, else bash.
 * @throws PerchError `usage`
 */
export function personsShell(asked: string | undefined, env: NodeJS.ProcessEnv): Shell {
  if (asked !== undefined) return parseShell(asked)
  return shellNamed(callingProgram()) ?? shellNamed(env.SHELL) ?? 'bash'
}

function shellNamed(name: string | undefined): Shell | undefined {
  // A login shell is told by a dash in front.
  const base = basename(name ?? '').replace(/^-/, '')
  return shells.find((shell) => shell === base)
}

/** SHELL says which one a person logs in with, not which one they are in. */
function callingProgram(): string | undefined {
  if (process.platform !== 'linux') return undefined
  try {
    return readFileSync(`/proc/${process.ppid}/comm`, 'utf8').trim()
  } catch {
    return undefined
  }
}

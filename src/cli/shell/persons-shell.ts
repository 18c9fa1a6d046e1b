/** Which shell a person uses, for what perch prints to be evaluated or put into its start file. */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { PerchError } from '../../platform/perch-error.js'

export const SHELLS = ['bash', 'zsh', 'fish', 'pwsh'] as const
export type ShellName = (typeof SHELLS)[number]

/**
 * The one that was asked for, else the one that has called, else the login shell, else bash.
 * @throws PerchError `usage`
 */
export function personsShell(asked: string | undefined, env: NodeJS.ProcessEnv): ShellName {
  if (asked === undefined) return shellNamed(callingProgram()) ?? shellNamed(env.SHELL) ?? 'bash'
  const shell = shellNamed(asked)
  if (shell) return shell
  throw new PerchError('usage', `--shell knows ${SHELLS.join(', ')}, not ${JSON.stringify(asked)}`, {
    hint: 'What is printed for bash suits any POSIX shell as long as no value holds a control character.',
  })
}

function shellNamed(name: string | undefined): ShellName | undefined {
  // A login shell is told by a dash in front.
  const base = basename(name ?? '').replace(/^-/, '')
  return SHELLS.find((shell) => shell === base)
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

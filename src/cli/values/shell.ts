/** The shells that perch writes something for. Pure. */
import { usageError } from '../invocation.js'

export const shells = ['bash', 'zsh', 'fish', 'pwsh'] as const
export type Shell = (typeof shells)[number]

/** @throws PerchError `usage` */
export function parseShell(text: string): Shell {
  const shell = shells.find((known) => known === text)
  if (shell) return shell
  throw usageError(`perch knows no shell ${JSON.stringify(text)}`, `There are: ${shells.join(', ')}.`)
}

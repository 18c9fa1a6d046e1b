/** Changes of an environment as lines that a shell evaluates. Pure. */
import type { EnvironmentChanges } from '../../platform/environment-changes.js'
import type { Shell } from '../values/shell.js'
import { quotedFor } from './quoting.js'

export interface ExportLines {
  readonly lines: readonly string[]
  /** Variables whose names no shell can give a value to. */
  readonly impossible: readonly string[]
}

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/

/** First what goes, then what comes. Each line ends in a semicolon where a careless `eval $(…)` joins them by spaces. */
export function exportLines(shell: Shell, { set, unset }: EnvironmentChanges): ExportLines {
  const names = unset.filter((name) => IDENTIFIER.test(name))
  const variables = Object.entries(set).filter(([name]) => IDENTIFIER.test(name))
  return {
    lines: [
      ...(names.length > 0 ? [unsetLine(shell, names)] : []),
      ...variables.map(([name, value]) => setLine(shell, name, quotedFor(shell, value))),
    ],
    // What cannot be set by a shell need not be unset by one.
    impossible: Object.keys(set).filter((name) => !IDENTIFIER.test(name)),
  }
}

function unsetLine(shell: Shell, names: readonly string[]): string {
  switch (shell) {
    case 'bash':
    case 'zsh':
      // Without -v bash takes a function of that name where there is no variable.
      return `unset -v ${names.join(' ')};`
    case 'fish':
      return `set -e ${names.join(' ')};`
    case 'pwsh':
      return `Remove-Item -ErrorAction SilentlyContinue ${names.map((name) => `Env:\\${name}`).join(', ')};`
  }
}

function setLine(shell: Shell, name: string, value: string): string {
  switch (shell) {
    case 'bash':
    case 'zsh':
      return `export ${name}=${value};`
    case 'fish':
      return `set -gx ${name} ${value};`
    case 'pwsh':
      return `$env:${name} = ${value};`
  }
}

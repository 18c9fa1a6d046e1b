/** What a person set under `[notify]` in `config.toml`: when they are told that a session needs them, and how. */

import { attentionStates } from '../../api/attention-states.js'
import { configValue, readConfigFile } from '../../platform/config-file.js'
import { trueOrFalse } from '../../platform/files/toml-values.js'
import type { PerchPaths } from '../../platform/paths.js'
import { commandLine } from '../config-values.js'

/** The states of sessions, and an allowance that is nearly used up. */
const occasions = [...attentionStates, 'usage-warning'] as const
export type Occasion = (typeof occasions)[number]

export interface NotifyConfig {
  /** What somebody is told of. */
  readonly when: readonly Occasion[]
  /** A program with its arguments; null for none. */
  readonly command: readonly [string, ...string[]] | null
  /** Whether the desktop shows it, where there is one. */
  readonly desktop: boolean
}

export const DEFAULT_NOTIFY_CONFIG: NotifyConfig = {
  when: ['waiting', 'permission', 'limit', 'usage-warning'],
  command: null,
  desktop: true,
}

/** @throws PerchError `bad-config`, naming the file, the line, the key and what was expected; or why it cannot be read */
export function readNotifyConfig(paths: PerchPaths): NotifyConfig {
  const file = readConfigFile(paths)
  if (file === undefined) return DEFAULT_NOTIFY_CONFIG
  const read = <T>(key: string, expected: string, parse: (value: unknown) => T | undefined): T | undefined =>
    configValue(file, ['notify', key], expected, parse)
  return {
    when: read('when', `a list of ${occasions.join(', ')}`, occasionsIn) ?? DEFAULT_NOTIFY_CONFIG.when,
    command: read('command', 'a command line for the shell, or a list of a program and its arguments', command) ?? null,
    desktop: read('desktop', 'true or false', trueOrFalse) ?? DEFAULT_NOTIFY_CONFIG.desktop,
  }
}

/** Nothing of a session is ever put into the line: it is in the environment, where a shell takes no text for a command. */
function command(value: unknown): NotifyConfig['command'] | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : ['/bin/sh', '-c', value]
  return commandLine(value)
}

function occasionsIn(value: unknown): readonly Occasion[] | undefined {
  if (!Array.isArray(value)) return undefined
  const words: readonly unknown[] = value
  const known = occasions.filter((occasion) => words.includes(occasion))
  return known.length === new Set(words).size ? known : undefined
}

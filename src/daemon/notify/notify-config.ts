/** What a person set under `[notify]` in `config.toml`: when they are told that a session needs them, and how. */
import { type AttentionState, attentionStates } from '../../api/attention-states.js'
import { configValue, readConfigFile } from '../../platform/config-file.js'
import type { PerchPaths } from '../../platform/paths.js'
import { commandLine } from '../config-values.js'

export interface NotifyConfig {
  /** The states of which somebody is told. */
  readonly when: readonly AttentionState[]
  /** A program with its arguments; null for none. */
  readonly command: readonly [string, ...string[]] | null
  /** Whether the desktop shows it, where there is one. */
  readonly desktop: boolean
}

export const DEFAULT_NOTIFY_CONFIG: NotifyConfig = {
  when: ['waiting', 'permission', 'limit'],
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
    when: read('when', `a list of ${attentionStates.join(', ')}`, states) ?? DEFAULT_NOTIFY_CONFIG.when,
    command: read('command', 'a command line for the shell, or a list of a program and its arguments', command) ?? null,
    desktop: read('desktop', 'true or false', trueOrFalse) ?? DEFAULT_NOTIFY_CONFIG.desktop,
  }
}

/** Nothing of a session is ever put into the line: it is in the environment, where a shell takes no text for a command. */
function command(value: unknown): NotifyConfig['command'] | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : ['/bin/sh', '-c', value]
  return commandLine(value)
}

function states(value: unknown): readonly AttentionState[] | undefined {
  if (!Array.isArray(value)) return undefined
  const words: readonly unknown[] = value
  const known = attentionStates.filter((state) => words.includes(state))
  return known.length === new Set(words).size ? known : undefined
}

function trueOrFalse(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined
}

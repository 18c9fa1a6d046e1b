/**
 * What a person set in `config.toml` that concerns the daemon. Read again whenever it is needed, so that an edit works at
 * once; never written. A key that this version does not know is left alone.
 */
import { join } from 'node:path'
import { readTomlIfPresent, type TomlFile, wrongTomlValue } from '../platform/files/toml-file.js'
import type { PerchPaths } from '../platform/paths.js'

export interface DaemonConfig {
  readonly log: 'disk' | 'memory'
  readonly logBytes: number
  readonly memoryBytes: number
  readonly retentionDays: number
  readonly retentionCount: number
  readonly maxLive: number
  readonly graceMs: number
  /** The program of an agent, by the agent's name, where it is not the one on PATH. */
  readonly agentCommands: Readonly<Record<string, readonly [string, ...string[]]>>
}

const MIB = 1024 * 1024

export const DEFAULT_CONFIG: DaemonConfig = {
  log: 'disk',
  // A day of an agent's full-screen output is some tens of MiB.
  logBytes: 64 * MIB,
  memoryBytes: MIB,
  retentionDays: 7,
  retentionCount: 200,
  // Each costs a host of about 7 MB and its agent: beyond this a loop that starts sessions is more likely than a wish.
  maxLive: 500,
  // What init systems grant before SIGKILL is 10 to 90 s; an agent that was asked to end saves its state within this.
  graceMs: 5_000,
  agentCommands: {},
}

const CODE = 'bad-config'

/**
 * The settings in force.
 * @throws PerchError `bad-config`, naming the file, the line, the key and what was expected
 */
export function readDaemonConfig(paths: PerchPaths): DaemonConfig {
  const file = readTomlIfPresent(join(paths.config, 'config.toml'), CODE)
  if (file === undefined) return DEFAULT_CONFIG
  const read = <T>(key: string, expected: string, parse: (value: unknown) => T | undefined, fallback: T): T =>
    readKey(file, ['sessions', key], expected, parse) ?? fallback
  return {
    log: read(
      'log',
      '"disk" or "memory"',
      (value) => (value === 'disk' || value === 'memory' ? value : undefined),
      DEFAULT_CONFIG.log,
    ),
    logBytes: read('log-bytes', 'a number of bytes', wholeNumber, DEFAULT_CONFIG.logBytes),
    memoryBytes: read('memory-bytes', 'a number of bytes', wholeNumber, DEFAULT_CONFIG.memoryBytes),
    retentionDays: read('retention-days', 'a number of days', notNegative, DEFAULT_CONFIG.retentionDays),
    retentionCount: read('retention-count', 'a whole number', wholeNumber, DEFAULT_CONFIG.retentionCount),
    maxLive: read('max-live', 'a whole number', wholeNumber, DEFAULT_CONFIG.maxLive),
    graceMs: read('grace', 'a time such as "5s" or "500ms"', durationMs, DEFAULT_CONFIG.graceMs),
    agentCommands: agentCommands(file),
  }
}

function agentCommands(file: TomlFile): DaemonConfig['agentCommands'] {
  const commands: Record<string, readonly [string, ...string[]]> = {}
  for (const name of Object.keys(tableAt(file.table, 'agents') ?? {})) {
    const command = readKey(file, ['agents', name, 'command'], 'a program, or a list of a program and its arguments', commandLine)
    if (command) commands[name] = command
  }
  return commands
}

function readKey<T>(
  file: TomlFile,
  key: readonly string[],
  expected: string,
  parse: (value: unknown) => T | undefined,
): T | undefined {
  let value: unknown = file.table
  for (const [depth, segment] of key.entries()) {
    if (value === undefined) return undefined
    const table = asTable(value)
    if (table === undefined) throw wrongTomlValue(file, key.slice(0, depth), 'a table', CODE)
    value = table[segment]
  }
  if (value === undefined) return undefined
  const parsed = parse(value)
  if (parsed === undefined) throw wrongTomlValue(file, key, expected, CODE)
  return parsed
}

function tableAt(table: Readonly<Record<string, unknown>>, key: string): Readonly<Record<string, unknown>> | undefined {
  return asTable(table[key])
}

function asTable(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const isTable = typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
  return isTable ? { ...value } : undefined
}

function wholeNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

function notNegative(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 ? value : undefined
}

function durationMs(value: unknown): number | undefined {
  const match = typeof value === 'string' ? /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(value) : null
  if (!match) return undefined
  const unitMs = { ms: 1, s: 1_000, m: 60_000 }[match[2] ?? ''] ?? 1
  return Math.round(Number(match[1]) * unitMs)
}

function commandLine(value: unknown): readonly [string, ...string[]] | undefined {
  const words: readonly unknown[] = Array.isArray(value) ? value : [value]
  const [program, ...args] = words.filter((word): word is string => typeof word === 'string')
  return program && args.length + 1 === words.length ? [program, ...args] : undefined
}

/**
 * What a person set in `config.toml` that concerns the daemon. Read again whenever it is needed, so that an edit works at
 * once; never written. A key that this version does not know is left alone.
 */

import { configValue, readConfigFile, tableIn } from '../platform/config-file.js'
import type { TomlFile } from '../platform/files/toml-file.js'
import { trueOrFalse } from '../platform/files/toml-values.js'
import type { PerchPaths } from '../platform/paths.js'
import { commandLine, durationMs, notNegative, wholeNumber } from './config-values.js'

export interface DaemonConfig {
  readonly log: 'disk' | 'memory'
  readonly logBytes: number
  readonly memoryBytes: number
  readonly retentionDays: number
  readonly retentionCount: number
  readonly maxLive: number
  readonly graceMs: number
  /** Hosts kept ready for the next session: 0 or 1. */
  readonly spareHosts: number
  /** Whether agents are asked to tell of their usage and of what they wait for. */
  readonly signals: boolean
  /** The agents that are not asked all the same: their program may be one that takes no options of the agent's. */
  readonly silentAgents: readonly string[]
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
  // About 7 MB, for sessions that start in a third of the time.
  spareHosts: 1,
  signals: true,
  silentAgents: [],
  agentCommands: {},
}

/**
 * The settings in force.
 * @throws PerchError `bad-config`, naming the file, the line, the key and what was expected; or why it cannot be read
 */
export function readDaemonConfig(paths: PerchPaths): DaemonConfig {
  const file = readConfigFile(paths)
  if (file === undefined) return DEFAULT_CONFIG
  const read = <T>(key: string, expected: string, parse: (value: unknown) => T | undefined, fallback: T): T =>
    configValue(file, ['sessions', key], expected, parse) ?? fallback
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
    spareHosts: read(
      'spare-hosts',
      '0 or 1',
      (value) => (value === 0 || value === 1 ? value : undefined),
      DEFAULT_CONFIG.spareHosts,
    ),
    signals: configValue(file, ['usage', 'signals'], 'true or false', trueOrFalse) ?? DEFAULT_CONFIG.signals,
    silentAgents: silentAgents(file),
    agentCommands: agentCommands(file),
  }
}

function silentAgents(file: TomlFile): readonly string[] {
  const names = Object.keys(tableIn(file.table.agents) ?? {})
  return names.filter((name) => configValue(file, ['agents', name, 'signals'], 'true or false', trueOrFalse) === false)
}

function agentCommands(file: TomlFile): DaemonConfig['agentCommands'] {
  const commands: Record<string, readonly [string, ...string[]]> = {}
  for (const name of Object.keys(tableIn(file.table.agents) ?? {})) {
    const command = configValue(
      file,
      ['agents', name, 'command'],
      'a program, or a list of a program and its arguments',
      commandLine,
    )
    if (command) commands[name] = command
  }
  return commands
}

/** How a person wants sessions shown on their terminal: what the command line says, else `config.toml`. */

import { configValue, readConfigFile } from '../platform/config-file.js'
import { trueOrFalse } from '../platform/files/toml-values.js'
import type { PerchPaths } from '../platform/paths.js'
import { PerchError } from '../platform/perch-error.js'
import { DEFAULT_DETACH_KEYS, type DetachKeys, parseDetachKeys } from './terminal/detach-key-names.js'
import { type Invocation, optionValue } from './verb.js'

export interface AttachSettings {
  readonly detachKeys: DetachKeys
  /** Whether a person is told at the beginning how to leave. */
  readonly hasHint: boolean
}

/** @throws PerchError `usage`, `bad-config` */
export function attachSettings(invocation: Invocation, paths: PerchPaths): AttachSettings {
  const file = readConfigFile(paths)
  const asked = optionValue(invocation, 'detach-keys')
  const configured =
    file && configValue(file, ['sessions', 'detach-keys'], 'keys such as "ctrl-]" or "ctrl-p,ctrl-q"', detachKeys)
  const hint = file && configValue(file, ['sessions', 'attach-hint'], 'true or false', trueOrFalse)
  return {
    detachKeys: asked === undefined ? (configured ?? parseDetachKeys(DEFAULT_DETACH_KEYS)) : parseDetachKeys(asked),
    hasHint: hint ?? true,
  }
}

function detachKeys(value: unknown): DetachKeys | undefined {
  if (typeof value !== 'string') return undefined
  try {
    return parseDetachKeys(value)
  } catch (error) {
    if (error instanceof PerchError) return undefined
    throw error
  }
}

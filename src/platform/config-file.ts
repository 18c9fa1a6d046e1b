/**
 * The person's `config.toml`: read again whenever something in it is needed, so that an edit works at once; never written. Who
 * reads a key says what it may be; a key that nobody here knows is left alone.
 */
import { join } from 'node:path'
import { readTomlIfPresent, type TomlFile, wrongTomlValue } from './files/toml-file.js'
import type { PerchPaths } from './paths.js'
import { messageOf, PerchError } from './perch-error.js'

const CODE = 'bad-config'

/**
 * Undefined where there is none.
 * @throws PerchError `bad-config`, naming the file and the line, or why it cannot be read
 */
export function readConfigFile(paths: PerchPaths): TomlFile | undefined {
  const path = join(paths.config, 'config.toml')
  try {
    return readTomlIfPresent(path, CODE)
  } catch (error) {
    if (error instanceof PerchError) throw error
    throw new PerchError(CODE, `${path} cannot be read: ${messageOf(error)}`, {
      cause: error,
      hint: 'Check its owner and permissions, or move it aside.',
    })
  }
}

/**
 * The value at `key` as `parse` takes it; undefined where nothing is set. `expected` reads like "a list of strings".
 * @throws PerchError `bad-config`, naming the file, the line, the key and what was expected
 */
export function configValue<T>(
  file: TomlFile,
  key: readonly string[],
  expected: string,
  parse: (value: unknown) => T | undefined,
): T | undefined {
  let value: unknown = file.table
  for (const [depth, segment] of key.entries()) {
    if (value === undefined) return undefined
    const table = tableIn(value)
    if (table === undefined) throw wrongTomlValue(file, key.slice(0, depth), 'a table', CODE)
    value = table[segment]
  }
  if (value === undefined) return undefined
  const parsed = parse(value)
  if (parsed === undefined) throw wrongTomlValue(file, key, expected, CODE)
  return parsed
}

export function tableIn(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const isTable = typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
  return isTable ? { ...value } : undefined
}

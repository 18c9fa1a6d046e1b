/**
 * TOML files with errors that a person can act on: each names the file, the line, the key and what was expected. Reads any
 * file; writes only perch's own (comments are not kept, so a file that a person edits by hand is never rewritten here
 * without being asked).
 */
import { parse, stringify, TomlError } from 'smol-toml'
import { PerchError } from '../perch-error.js'
import { readFileIfPresent, writeFileAtomic } from './atomic-file.js'

/** Where a value is: the names of tables and keys, and the index of a table in a list of tables. */
export type TomlKey = readonly (string | number)[]

export interface TomlFile {
  readonly path: string
  readonly table: Readonly<Record<string, unknown>>
  /** The line (from 1) where the key is set; 1 when it cannot be found. */
  lineOf(key: TomlKey): number
}

/**
 * The file, or undefined where there is none.
 * @throws PerchError with `code` when it is not TOML
 */
export function readTomlIfPresent(path: string, code: string): TomlFile | undefined {
  const bytes = readFileIfPresent(path)
  return bytes === undefined ? undefined : parseToml(path, bytes.toString('utf8'), code)
}

/**
 * Parses the text of the file at `path`.
 * @throws PerchError with `code` when it is not TOML
 */
export function parseToml(path: string, text: string, code: string): TomlFile {
  try {
    return { path, table: parse(text), lineOf: (key) => lineOfKey(text, key) }
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const reason = error.message.split('\n')[0]?.replace(/^Invalid TOML document: /, '') ?? 'syntax error'
    throw new PerchError(code, `${path}, line ${error.line}: ${reason}`, {
      cause: error,
      hint: 'Correct the line, or move the file aside.',
    })
  }
}

/** The error for a value of the wrong type or range. `expected` reads like "a list of strings". */
export function wrongTomlValue(file: TomlFile, key: TomlKey, expected: string, code: string): PerchError {
  return new PerchError(code, `${file.path}, line ${file.lineOf(key)}: ${shownKey(key)} must be ${expected}`, {
    hint: 'Correct the line and try again.',
  })
}

/** As a person would say it: the tables of a list are counted from 1. */
export function shownKey(key: TomlKey): string {
  return key.map((part, at) => (typeof part === 'number' ? `[${part + 1}]` : at === 0 ? part : `.${part}`)).join('')
}

/** Replaces the file by this table (0600). */
export function writeToml(path: string, table: Readonly<Record<string, unknown>>): void {
  writeFileAtomic(path, tomlText(table))
}

/** The text of a file with this table. */
export function tomlText(table: Readonly<Record<string, unknown>>): string {
  return stringify(table)
}

/** The parser gives no positions for values, so the line is found by looking for the key below its table's header. */
function lineOfKey(text: string, key: TomlKey): number {
  const listed = new Map<string, number>()
  let table: TomlKey = []
  let line = 0
  for (const source of text.split('\n')) {
    line += 1
    const header = /^\s*\[\[?([^\]]+)\]\]?\s*(#.*)?$/.exec(source)?.[1]
    if (header !== undefined)
      table = /^\s*\[\[/.test(source) ? [...keySegments(header), nextIndex(listed, header)] : keySegments(header)
    const assigned = header === undefined ? /^\s*((?:"[^"]*"|'[^']*'|[\w-]+|\s*\.\s*)+?)\s*=/.exec(source)?.[1] : undefined
    const here = assigned === undefined ? table : [...table, ...keySegments(assigned)]
    if ((header !== undefined || assigned !== undefined) && isSame(here, key)) return line
  }
  return key.length > 1 ? lineOfKey(text, key.slice(0, -1)) : 1
}

function keySegments(source: string): readonly string[] {
  return [...source.matchAll(/"([^"]*)"|'([^']*)'|([\w-]+)/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? '')
}

/** Counts the tables of a list. */
function nextIndex(listed: Map<string, number>, header: string): number {
  const name = keySegments(header).join('\0')
  const index = listed.get(name) ?? 0
  listed.set(name, index + 1)
  return index
}

function isSame(a: TomlKey, b: TomlKey): boolean {
  return a.length === b.length && a.every((segment, at) => segment === b[at])
}

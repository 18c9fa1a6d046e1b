/**
 * Reads one table of a TOML file key by key. Whoever reads says what a value may be; a wrong one is an error that names file,
 * line, key and what was expected. What nobody asked for is an unknown key: warned about, never an error, because another
 * version of perch may know it.
 */
import { shownKey, type TomlFile, type TomlKey, wrongTomlValue } from './toml-file.js'

/** The value as its kind, or undefined when it is not of that kind. */
export type TomlParser<T> = (value: unknown) => T | undefined

export class TomlTable {
  readonly #file: TomlFile
  readonly #at: TomlKey
  readonly #table: Readonly<Record<string, unknown>>
  readonly #code: string
  readonly #asked = new Set<string>()
  readonly #below: TomlTable[] = []

  /** `code` is that of the errors. */
  constructor(file: TomlFile, code: string, at: TomlKey = [], table: Readonly<Record<string, unknown>> = file.table) {
    this.#file = file
    this.#code = code
    this.#at = at
    this.#table = table
  }

  /** The value of a key; undefined where it is not set. `expected` reads like "a list of strings". */
  value<T>(key: string, expected: string, parse: TomlParser<T>): T | undefined {
    const value = this.#ask(key)
    if (value === undefined) return undefined
    const parsed = parse(value)
    if (parsed === undefined) throw this.wrong(key, expected)
    return parsed
  }

  /** The value of a key that must be set. */
  required<T>(key: string, expected: string, parse: TomlParser<T>): T {
    const value = this.value(key, expected, parse)
    if (value === undefined) throw this.wrong(key, `set to ${expected}`)
    return value
  }

  /** A table below this one. */
  table(key: string): TomlTable | undefined {
    const table = this.value(key, 'a table', tomlTable)
    return table && this.#open([key], table)
  }

  /** The tables of a list of tables (`[[key]]`). */
  tables(key: string): readonly TomlTable[] {
    const tables = this.value(key, `a list of tables ([[${key}]])`, (value) => (Array.isArray(value) ? value : undefined)) ?? []
    return tables.map((entry: unknown, index) => {
      const table = tomlTable(entry)
      if (table === undefined) throw this.wrong(key, `a list of tables ([[${key}]])`)
      return this.#open([key, index], table)
    })
  }

  /** Every key and value of this table, each value of the same kind. */
  entries<T>(expected: string, parse: (key: string, value: unknown) => T | undefined): Readonly<Record<string, T>> {
    return Object.fromEntries(
      Object.keys(this.#table).map((key) => [key, this.required(key, expected, (value) => parse(key, value))]),
    )
  }

  /** The error for a value that is wrong for a reason that only its reader knows. */
  wrong(key: string, expected: string): Error {
    return wrongTomlValue(this.#file, [...this.#at, key], expected, this.#code)
  }

  /** The keys that nobody has asked for, here and in the tables below, as sentences. Call it last. */
  unknownKeys(): readonly string[] {
    const own = Object.keys(this.#table).filter((key) => !this.#asked.has(key))
    const sentences = own.map((key) => {
      const path = [...this.#at, key]
      return `${this.#file.path}, line ${this.#file.lineOf(path)}: unknown key ${shownKey(path)} (kept, not used)`
    })
    return [...sentences, ...this.#below.flatMap((table) => table.unknownKeys())]
  }

  #ask(key: string): unknown {
    this.#asked.add(key)
    return Object.hasOwn(this.#table, key) ? this.#table[key] : undefined
  }

  #open(key: TomlKey, table: Readonly<Record<string, unknown>>): TomlTable {
    const opened = new TomlTable(this.#file, this.#code, [...this.#at, ...key], table)
    this.#below.push(opened)
    return opened
  }
}

/** A table; not a list, and not a date. */
function tomlTable(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const isTable = typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
  return isTable ? Object.fromEntries(Object.entries(value)) : undefined
}

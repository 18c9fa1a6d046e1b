/** The keys of `profile.toml`, and what a value of each must be. Pure. */

type Check = (value: unknown) => boolean

export interface ProfileKey {
  /** How its value is written on a command line. */
  readonly kind: 'text' | 'truth' | 'number' | 'list' | 'table'
  /** Reads like "a list of strings". */
  readonly expected: string
  readonly accepts: Check
  /** What a runtime is built from: it must not change while one stands. */
  readonly shapesRuntime: boolean
}

const isString: Check = (value) => typeof value === 'string' && value !== ''
const isStrings: Check = (value) => Array.isArray(value) && value.every((item) => typeof item === 'string')
const isTable: Check = (value) => typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
const isProgram: Check = (value) => isStrings(value) && Array.isArray(value) && value.length > 0
const isPercent: Check = (value) => typeof value === 'number' && value >= 0 && value <= 100

const ENTRIES = 'a list of names at the top level of the config folder'

export const PROFILE_KEYS: Readonly<Record<string, ProfileKey>> = {
  agent: { kind: 'text', expected: 'the name of an agent', accepts: isString, shapesRuntime: true },
  isolated: {
    kind: 'truth',
    expected: 'true or false',
    accepts: (value) => typeof value === 'boolean',
    shapesRuntime: true,
  },
  share: { kind: 'list', expected: ENTRIES, accepts: isEntryNames, shapesRuntime: true },
  private: { kind: 'list', expected: ENTRIES, accepts: isEntryNames, shapesRuntime: true },
  env: { kind: 'table', expected: 'a table of strings', accepts: isTable, shapesRuntime: false },
  settings: { kind: 'table', expected: 'a table', accepts: isTable, shapesRuntime: true },
  command: { kind: 'list', expected: 'a list of strings, the program first', accepts: isProgram, shapesRuntime: false },
  'api-key-command': { kind: 'text', expected: 'a string', accepts: isString, shapesRuntime: true },
  'base-url': {
    kind: 'text',
    expected: 'a URL that starts with http:// or https://',
    accepts: isWebAddress,
    shapesRuntime: false,
  },
  'warn-at': { kind: 'number', expected: 'a number from 0 to 100', accepts: isPercent, shapesRuntime: false },
}

/** Whether it can be given to a process as a variable at all: `name` is what the shell and the kernel take for one. */
export function isVariable(name: string, value: unknown): value is string {
  return /^[^=\0]+$/.test(name) && typeof value === 'string' && !value.includes('\0')
}

/** The names in a list of entries, without the slash that may be behind that of a folder. */
export function entryNames(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map((name) => String(name).replace(/\/+$/, '')) : []
}

function isEntryNames(value: unknown): boolean {
  return (
    isStrings(value) && entryNames(value).every((name) => name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name))
  )
}

function isWebAddress(value: unknown): boolean {
  return typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value)
}

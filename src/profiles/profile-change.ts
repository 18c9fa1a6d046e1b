/**
 * Changes of a profile's keys: what may be changed to what, and the table that comes of it. Unknown keys of the table stay as
 * they are. Pure.
 */
import { agentNamed, type KnownAgents } from '../agents/known-agents.js'
import { PerchError } from '../platform/perch-error.js'
import { isVariable, PROFILE_KEYS, type ProfileKey } from './profile-keys.js'

export interface ProfileChange {
  /** `['warn-at']`, `['env', 'LANG']`, `['settings', 'permissions', 'defaultMode']`. */
  readonly key: readonly string[]
  /** Undefined takes the key away. */
  readonly value?: unknown
}

type Table = Readonly<Record<string, unknown>>

/**
 * Checks one change by itself.
 * @throws PerchError `bad-request` that names the key and what was expected, `unknown-agent`
 */
export function checkChange({ key, value }: ProfileChange, known: KnownAgents): void {
  const [first = '', ...below] = key
  const rule = keyNamed(first)
  if (rule.kind === 'table' && below.length === 0) throw refuse(key, 'set one entry at a time', `${first}.NAME=VALUE`)
  if (rule.kind !== 'table' && below.length > 0) throw refuse(key, `${first} has no entries: it is ${rule.expected}`)
  if (first === 'env' && below.length > 1) throw refuse(key, 'write the name of the variable between quotes', 'env."A.B"=VALUE')
  if (key.some((part) => part === '')) throw refuse(key, 'an entry must have a name')
  if (value === undefined) {
    if (first === 'agent') throw refuse(key, 'every profile has one')
  } else if (first === 'env') {
    if (!isVariable(below[0] ?? '', value)) throw refuse(key, 'must be a string')
  } else if (first === 'settings') {
    if (holdsNull(value)) throw refuse(key, 'must be something that TOML can hold, which null is not')
  } else if (!rule.accepts(value)) {
    throw refuse(key, `must be ${rule.expected}`)
  }
  if (first === 'agent' && value !== undefined) agentNamed(String(value), known)
}

/** The table with all of the changes made. */
export function applyChanges(table: Table, changes: readonly ProfileChange[]): Table {
  return changes.reduce((changed, { key, value }) => withValue(changed, key, value), table)
}

/** Whether a runtime that stands would no longer be the one that the profile asks for. */
export function shapesRuntime(changes: readonly ProfileChange[]): boolean {
  return changes.some(({ key: [first = ''] }) => keyNamed(first).shapesRuntime)
}

/** @throws PerchError `bad-request` */
export function keyNamed(name: string): ProfileKey {
  const rule = Object.hasOwn(PROFILE_KEYS, name) ? PROFILE_KEYS[name] : undefined
  if (rule) return rule
  throw new PerchError('bad-request', `a profile has no key ${JSON.stringify(name)}`, {
    hint: `There are: ${Object.keys(PROFILE_KEYS).join(', ')}.`,
  })
}

function withValue(table: Table, [first = '', ...below]: readonly string[], value: unknown): Table {
  const others = Object.entries(table).filter(([name]) => name !== first)
  const inner = below.length === 0 ? value : withValue(tableAt(table, first), below, value)
  const isGone = inner === undefined || (below.length > 0 && value === undefined && Object.keys(Object(inner)).length === 0)
  if (isGone) return Object.fromEntries(others)
  // In its old place: the file is read by people.
  const isNew = !Object.hasOwn(table, first)
  return Object.fromEntries(
    isNew
      ? [...others, [first, inner]]
      : Object.entries(table).map(([name, old]) => [name, name === first ? inner : old] as const),
  )
}

function tableAt(table: Table, name: string): Table {
  const value = Object.hasOwn(table, name) ? table[name] : undefined
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date) ? { ...value } : {}
}

function holdsNull(value: unknown): boolean {
  if (typeof value !== 'object') return false
  return value === null || Object.values(value).some(holdsNull)
}

function refuse(key: readonly string[], why: string, hint?: string): PerchError {
  return new PerchError('bad-request', `${key.join('.')}: ${why}`, { hint: hint && `Write: ${hint}` })
}

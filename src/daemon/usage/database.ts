/**
 * SQLite as the usage store needs it: the native library, loaded when a database is first opened and by the daemon alone, and
 * its errors told apart by what can be done about them.
 */
import { createRequire } from 'node:module'
import { bundlePath } from '../../platform/bundles.js'
import { messageOf, PerchError } from '../../platform/perch-error.js'

export type Row = Readonly<Record<string, unknown>>
export type Value = string | number | null

export interface Statement {
  run(...values: readonly Value[]): { readonly changes: number }
  get(...values: readonly Value[]): Row | undefined
  all(...values: readonly Value[]): Row[]
}

export interface Database {
  exec(sql: string): unknown
  prepare(sql: string): Statement
  close(): unknown
}

interface Connection extends Database {
  readonly inTransaction: boolean
}

type Library = new (path: string, options: { readonly timeout: number }) => Connection

/** The daemon before this one may be ending; a transaction takes milliseconds. */
const BUSY_TIMEOUT_MS = 2_000

let loaded: Library | undefined

/** @throws PerchError `usage-unavailable` where the library is missing or does not load; or the error of the database */
export function openDatabase(path: string): Database {
  loaded ??= loadLibrary()
  return keepingStatements(new loaded(path, { timeout: BUSY_TIMEOUT_MS }))
}

/** Preparing a statement takes longer than most take to run; there are some dozens of them. */
function keepingStatements(database: Connection): Database {
  const statements = new Map<string, Statement>()
  return {
    exec: (sql) => database.exec(sql),
    prepare: (sql) => {
      const statement = statements.get(sql) ?? inTransactions(database, database.prepare(sql))
      statements.set(sql, statement)
      return statement
    },
    close: () => database.close(),
  }
}

/**
 * A statement that finds another writer stays begun for as long as it is kept, and no transaction ends beside it: the beginning
 * of a transaction is what finds the other writer.
 */
function inTransactions(database: Connection, statement: Statement): Statement {
  return {
    run: (...values) =>
      database.inTransaction ? statement.run(...values) : inTransaction(database, () => statement.run(...values)),
    get: (...values) => statement.get(...values),
    all: (...values) => statement.all(...values),
  }
}

function loadLibrary(): Library {
  try {
    return createRequire(bundlePath('perchd'))('libsql') as Library
  } catch (cause) {
    throw new PerchError('usage-unavailable', `usage cannot be kept: the database library does not load on this machine`, {
      cause,
      hint: 'Install perch again on this machine: libsql or its native part is missing. Sessions work without it.',
    })
  }
}

/** Runs `action` in one transaction that no other process can write beside; all of it happens or nothing. */
export function inTransaction<T>(database: Database, action: () => T): T {
  database.exec('BEGIN IMMEDIATE')
  let result: T
  try {
    result = action()
    database.exec('COMMIT')
  } catch (error) {
    rollBack(database)
    throw error
  }
  return result
}

/** A full disk has rolled back already. */
function rollBack(database: Database): void {
  try {
    database.exec('ROLLBACK')
  } catch (error) {
    if (!/no transaction is active/.test(messageOf(error))) throw error
  }
}

/** Whether the file is no database, or a damaged one. */
export function isDamage(error: unknown): boolean {
  return /^SQLITE_(CORRUPT|NOTADB)/.test(codeOf(error))
}

/** Whether the open database may work at the next attempt. */
export function isPassing(error: unknown): boolean {
  return /^SQLITE_(FULL|BUSY|LOCKED)/.test(codeOf(error))
}

/** What keeps the database from working, for a person. */
export function usageUnavailable(path: string, error: unknown): PerchError {
  if (error instanceof PerchError) {
    if (error.code === 'usage-unavailable') return error
    // Of making the file.
    return new PerchError('usage-unavailable', `usage cannot be kept: ${error.message}`, { cause: error, hint: error.hint })
  }
  return new PerchError('usage-unavailable', `usage cannot be kept in ${path}: ${messageOf(error)}`, {
    cause: error,
    hint: hintFor(codeOf(error)),
  })
}

function hintFor(code: string): string {
  if (code.startsWith('SQLITE_FULL')) return 'Free some space and try again. Nothing is lost meanwhile.'
  if (/^SQLITE_(READONLY|CANTOPEN|PERM|IOERR)/.test(code)) return 'Check its owner and permissions, and the disk.'
  if (code.startsWith('SQLITE_BUSY')) return 'Another program holds the database; try again.'
  return 'See why with: perch daemon logs'
}

/** The library's own error has a code; that of opening has it in its text only (14: CANTOPEN). */
function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code !== '') return error.code
  return /ConnectionFailed/.test(messageOf(error)) ? 'SQLITE_CANTOPEN' : ''
}

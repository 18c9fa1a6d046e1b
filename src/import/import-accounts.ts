/** An import: does what was planned, one import at a time. What fails for one account is told with it, and stops no other. */
import { join } from 'node:path'
import { ensureFolder } from '../platform/files/atomic-file.js'
import { waitForFileLock } from '../platform/files/file-lock.js'
import { messageOf, PerchError } from '../platform/perch-error.js'
import { createProfile } from '../profiles/create-profile.js'
import { noteAccount } from '../profiles/known-account.js'
import type { MoveOutcome } from './complete-move.js'
import type { FoundAccount, ImportPlace } from './found-account.js'
import { IMPORT_NOTE, type ImportNote } from './import-note.js'
import { reached } from './import-step.js'
import { finishMove, moveLogin } from './move-login.js'
import type { PlannedImport } from './plan.js'
import { type ImportPlan, type ImportSelection, planImport } from './plan-import.js'

/** An import of some twenty accounts takes a second. */
const IMPORT_LOCK_TIMEOUT_MS = 25_000

/** What became of an entry of the plan. */
export interface ImportResult {
  readonly item: PlannedImport
  /** Null where no login was to move, or was allowed to. */
  readonly move: MoveOutcome | null
  readonly problem: PerchError | null
}

/**
 * Does what there is to do now, which is planned anew. Logins move where `mayMove` says so of an account's key; what was
 * interrupted is completed in any case, for it was allowed then.
 * @throws PerchError `lock-timeout`, `not-writable`, `disk-full`
 */
export async function carryOutImport(
  place: ImportPlace,
  selection: ImportSelection,
  mayMove: (key: string) => boolean,
): Promise<{ readonly results: readonly ImportResult[]; readonly notes: readonly string[] }> {
  const locks = join(place.paths.state, 'locks')
  ensureFolder(locks)
  using _lock = await waitForFileLock(join(locks, 'import.lock'), { timeoutMs: IMPORT_LOCK_TIMEOUT_MS, what: 'another import' })
  const completed = await completeInterrupted(place, planImport(place, selection))
  const { items, notes } = planImport(place, selection)
  const results: ImportResult[] = [...completed.values()]
  for (const item of items) {
    if (item.outcome !== 'unfinished' && !completed.has(item.account.key)) results.push(await resultOf(place, item, mayMove))
  }
  return { results, notes }
}

/** By the key of the account. A move that had not begun is planned like any other. */
async function completeInterrupted(place: ImportPlace, { items }: ImportPlan): Promise<ReadonlyMap<string, ImportResult>> {
  const completed = new Map<string, ImportResult>()
  for (const item of items) {
    if (item.outcome !== 'unfinished') continue
    const result = await resultOf(place, item, () => false)
    if (result.move?.kind !== 'not-begun') completed.set(item.note.key, result)
  }
  return completed
}

async function resultOf(place: ImportPlace, item: PlannedImport, mayMove: (key: string) => boolean): Promise<ImportResult> {
  try {
    return { item, move: await carryOut(place, item, mayMove), problem: null }
  } catch (error) {
    const { code, hint } = error instanceof PerchError ? error : { code: 'internal', hint: undefined }
    const message = `${item.source} ${item.label}: ${messageOf(error)}`
    return { item, move: null, problem: new PerchError(code, message, { cause: error, hint }) }
  }
}

async function carryOut(place: ImportPlace, item: PlannedImport, mayMove: (key: string) => boolean): Promise<MoveOutcome | null> {
  if (item.outcome === 'skipped') return null
  if (item.outcome === 'unfinished') return await finishMove(place, item.profile)
  const { account, profile, outcome } = item
  if (outcome === 'new') {
    await makeProfile(place, profile, account)
    reached('import-profile-made')
  }
  if (item.login.kind !== 'moves' || account.login.kind !== 'stored' || !mayMove(account.key)) return null
  await moveLogin(place, profile, account, account.login.login)
  return { kind: 'moved' }
}

async function makeProfile(place: ImportPlace, name: string, account: FoundAccount): Promise<void> {
  const { source, key, label, agent, env, baseUrl, settings, documents } = account
  const note: ImportNote = { source, key, label, at: new Date().toISOString(), login: 'left', moving: null }
  const files = new Map([
    [IMPORT_NOTE, jsonText(note)],
    ...[...documents].map(([document, keys]) => [join('state', document), jsonText(keys)] as const),
  ])
  const profile = await createProfile(place.paths, { name, agent: agent.name, env }, { baseUrl, settings, files })
  noteAccount({ paths: place.paths, profile, agent, home: place.home })
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

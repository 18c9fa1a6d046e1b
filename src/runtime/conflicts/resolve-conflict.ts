/**
 * Decides a kept conflict as a person says: the copy that was kept takes the place of the current one, which is kept in turn,
 * so that it can be undone; or the kept copy goes.
 */
import { chmodSync, existsSync, lstatSync, readFileSync, rmSync } from 'node:fs'
import { basename } from 'node:path'
import { ensureFolder } from '../../platform/files/atomic-file.js'
import { PerchError } from '../../platform/perch-error.js'
import { profileFolders } from '../../profiles/profile-definition.js'
import { withProfileLock } from '../../profiles/profile-lock.js'
import { durablePath, storeLogin } from '../credentials/credential-file.js'
import { runtimeUse } from '../liveness/liveness.js'
import { withSharedHomeLock } from '../locks/shared-home-lock.js'
import { openRuntimeContext, type RuntimeContext, type RuntimeRequest } from '../runtime-context.js'
import { standingLinkMode } from '../tree/index-file.js'
import { keepBytesAside, moveAside } from '../tree/kept-aside.js'
import { moveEntry } from '../tree/move-entry.js'
import { dropKeptRecord, type KeptKind } from './kept-record.js'
import type { KeptThing } from './list-conflicts.js'
import { putKeysBack } from './put-keys-back.js'

export type Taken = 'kept' | 'current'

/**
 * Resolves one. Under the locks of the profile and the shared home; live sync spreads what changed.
 * @throws PerchError `conflict-not-found`, `profile-in-use`, `lock-timeout`, `corrupt-file`, `disk-full`, `not-writable`
 */
export async function resolveConflict(request: RuntimeRequest, thing: KeptThing, taken: Taken): Promise<void> {
  const { relocation } = request.agent
  const { name } = request.profile
  if (relocation === null) throw new PerchError('conflict-not-found', `the profile ${name} shares nothing`)
  await withProfileLock(request.paths, name, async () => {
    const folders = profileFolders(request.paths, name)
    const context = openRuntimeContext(request, relocation, standingLinkMode(folders) ?? 'link')
    await withSharedHomeLock(context, async () => {
      if (!existsSync(thing.path)) throw notFound(thing.id)
      if (taken === 'kept') await putBack(context, thing)
      rmSync(thing.path, { recursive: true, force: true })
      dropKeptRecord(request.paths, name, thing.id)
      const to = thing.belongs?.target
      const why = taken === 'kept' ? 'the copy that was kept was taken' : 'the current one was taken'
      context.journal.write({ what: 'resolved', name: thing.name, from: thing.path, ...(to !== undefined && { to }), why })
    })
  })
}

/** The error for an id that nothing kept has. */
export function notFound(id: string): PerchError {
  return new PerchError('conflict-not-found', `there is no conflict ${id}`, { hint: 'List them with: perch sync resolve' })
}

async function putBack(context: RuntimeContext, thing: KeptThing): Promise<void> {
  const { belongs } = thing
  if (belongs === null) {
    throw new PerchError('conflict-not-found', `${thing.name} was only not thrown away: there is no place to put it back to`, {
      hint: `Look at it yourself: ${thing.path}`,
    })
  }
  const put: Readonly<Record<KeptKind, () => void | Promise<void>>> = {
    file: () => putFileBack(context, thing, belongs.target),
    login: () => putLoginBack(context, thing),
    keys: () => putKeysBack(context, thing, belongs.target),
  }
  await put[belongs.kind]()
}

function putFileBack(context: RuntimeContext, { path, name }: KeptThing, target: string): void {
  const now = lstatSync(target, { throwIfNoEntry: false })
  const why = 'another copy was taken instead of it'
  const belongs = { kind: 'file', target, isDecided: true } as const
  if (now?.isFile()) {
    keepBytesAside(context, basename(name), readFileSync(target), why, belongs)
    chmodSync(path, now.mode & 0o777)
  } else if (now !== undefined) {
    moveAside(context, target, why, belongs)
  }
  moveEntry(path, target)
}

/** A client holds its login in memory: what is put under it is not taken up by a live one. */
function putLoginBack(context: RuntimeContext, { path, name }: KeptThing): void {
  const use = runtimeUse(context)
  if (use.inUse) {
    throw new PerchError('profile-in-use', `the login cannot be changed now: ${use.why}`, {
      hint: `End its sessions first: perch ls --profile ${context.request.profile.name}`,
    })
  }
  const target = durablePath(context)
  if (existsSync(target)) {
    const belongs = { kind: 'login', target, isDecided: true } as const
    keepBytesAside(context, name, readFileSync(target), 'another login was taken instead of it', belongs)
  }
  ensureFolder(context.folders.credentials)
  storeLogin(context, readFileSync(path), { path, mtimeMs: Date.now() }, 'it was chosen')
}

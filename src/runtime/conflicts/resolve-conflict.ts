/**
 * Decides a kept conflict as a person says: the copy that was kept takes the place of the current one, which is kept in turn,
 * so that it can be undone; or the kept copy goes.
 */
import { lstatSync } from 'node:fs'
import { writeError } from '../../platform/files/atomic-file.js'
import { PerchError } from '../../platform/perch-error.js'
import { profileFolders } from '../../profiles/profile-definition.js'
import { withProfileLock } from '../../profiles/profile-lock.js'
import { withSharedHomeLock } from '../locks/shared-home-lock.js'
import { openRuntimeContext, type RuntimeContext, type RuntimeRequest } from '../runtime-context.js'
import { standingLinkMode } from '../tree/index-file.js'
import { dropKept, keptIdOf } from './drop-kept.js'
import { dropKeptRecord, type KeptKind } from './kept-record.js'
import type { KeptThing } from './list-kept.js'
import { putFileBack } from './put-file-back.js'
import { putKeysBack } from './put-keys-back.js'
import { putLoginBack } from './put-login-back.js'
import type { PuttableThing } from './puttable-thing.js'

export type Taken = 'kept' | 'current'

const PUT: Readonly<Record<KeptKind, (context: RuntimeContext, thing: PuttableThing) => string | null | Promise<string>>> = {
  file: putFileBack,
  folder: putFileBack,
  login: putLoginBack,
  keys: putKeysBack,
}

/**
 * Resolves one, under the locks of the profile and the shared home; live sync spreads what changed. The id of what undoes it,
 * or null.
 * @throws PerchError `conflict-not-found`, `target-gone`, `profile-in-use`, `lock-timeout`, `corrupt-file`, `disk-full`, `not-writable`
 */
export async function resolveConflict(request: RuntimeRequest, thing: KeptThing, taken: Taken): Promise<string | null> {
  const { relocation } = request.agent
  const { name } = request.profile
  if (relocation === null) throw new PerchError('conflict-not-found', `the profile ${name} shares nothing`)
  return await withProfileLock(request.paths, name, async () => {
    const folders = profileFolders(request.paths, name)
    const opened = openRuntimeContext(request, relocation, standingLinkMode(folders) ?? 'link')
    const context = thing.path === null ? opened : { ...opened, spared: thing.path }
    return await withSharedHomeLock(context, () => decide(context, thing, taken))
  })
}

/** The error for an id that nothing kept has. */
export function conflictNotFound(id: string): PerchError {
  return new PerchError('conflict-not-found', `there is no conflict ${id}`, { hint: 'List them with: perch sync resolve' })
}

async function decide(context: RuntimeContext, thing: KeptThing, taken: Taken): Promise<string | null> {
  const { path, target } = thing
  // Whoever asked at the same time may have decided it.
  if (path !== null && lstatSync(path, { throwIfNoEntry: false }) === undefined) throw conflictNotFound(thing.id)
  const current = taken === 'kept' ? await putBack(context, thing) : null
  if (path !== null) dropKept(context.request.paths, context.request.profile.name, path)
  else dropKeptRecord(context.request.paths, context.request.profile.name, thing.id)
  context.journal.write({
    what: 'resolved',
    name: thing.name,
    ...(path !== null && { from: path }),
    ...(target !== null && { to: target }),
    why: taken === 'kept' ? 'the copy that was kept was taken' : 'the current one was taken',
  })
  return current === null ? null : keptIdOf(current)
}

async function putBack(context: RuntimeContext, thing: KeptThing): Promise<string | null> {
  const { id, name, path, target } = thing
  if (path === null)
    throw new PerchError('conflict-not-found', `of ${id} only the record is left`, { hint: 'Give --take current.' })
  if (target === null) {
    throw new PerchError('target-gone', `${name} was only not thrown away: there is no place to put it back to`, {
      hint: `Look at it yourself: ${path}`,
    })
  }
  try {
    return await PUT[thing.kind](context, { ...thing, path, target })
  } catch (error) {
    throw writeError(target, error)
  }
}

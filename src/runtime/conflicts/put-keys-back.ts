/** Keys of a shared document that lost a conflict, put back in place of what won; that is kept in turn. */
import { PerchError } from '../../platform/perch-error.js'
import { documentPlaces } from '../document-place.js'
import { documentMemory } from '../documents/document-memory.js'
import { documentLocks } from '../documents/document-plan.js'
import { replaceDocument } from '../documents/replace-document.js'
import { CLIENT_LOCK_WAIT_MS, withClientLocks } from '../locks/client-locks.js'
import type { RuntimeContext } from '../runtime-context.js'
import { restorePrivate } from '../sync/private-keys.js'
import { keepBytesAside } from '../tree/kept-aside.js'
import { dropKept } from './drop-kept.js'
import { readLostKeys, valueAt, withLostKeys } from './lost-keys.js'
import { type PuttableThing, targetBusy, targetGone } from './puttable-thing.js'

/**
 * Where the values that were there are kept now. The shared document is all that is written: live sync brings it to the replicas.
 * @throws PerchError `corrupt-file`, `lock-timeout`, `target-gone`, `disk-full`, `not-writable`
 */
export async function putKeysBack(context: RuntimeContext, thing: PuttableThing): Promise<string> {
  const { path, name, target } = thing
  const keys = readLostKeys(path)
  const place = documentPlaces(context).find(({ shared }) => shared === target)
  if (place === undefined) throw targetGone(thing, 'the profile does not share this document now')
  const locked = await withClientLocks(context, documentLocks(place, target), CLIENT_LOCK_WAIT_MS, () => {
    const now = documentMemory.read(target)
    if (now.kind === 'absent') throw targetGone(thing, `there is no ${target} now`)
    if (now.kind !== 'document') throw new PerchError('corrupt-file', `${target} cannot be changed: it ${now.why}`)
    const before = keys.map(({ path: key }) => ({ path: key, lost: valueAt(now.document, key) }))
    const belongs = { kind: 'keys', target, isDecided: true } as const
    const kept = keepBytesAside(
      context,
      name,
      JSON.stringify(before, null, 2),
      'other values were taken instead of these',
      belongs,
    )
    // Whatever is private by now stays as the shared document has it.
    const document = restorePrivate(withLostKeys(now.document, keys), now.document, place.keys)
    const isWritten = undoingUnless(context, kept, () => {
      const bytes = documentMemory.compose(document, now.style)
      return replaceDocument(target, bytes, { expected: now.mark, durable: true }) !== null
    })
    return isWritten ? kept : null
  })
  if (locked.busy === null && locked.value !== null) return locked.value
  throw targetBusy(target)
}

/** What was not replaced need not be kept. */
function undoingUnless(context: RuntimeContext, kept: string, write: () => boolean): boolean {
  let isWritten = false
  try {
    isWritten = write()
  } finally {
    if (!isWritten) dropKept(context.request.paths, context.request.profile.name, kept)
  }
  return isWritten
}

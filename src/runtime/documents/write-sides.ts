/**
 * Writes what a merge has come to, in the order in which a crash between any two writes loses nothing: the profile's own keys,
 * the shared document, the replica, the base. With a base that is behind, the next pass merges again what both sides already
 * say, which is no change; one that were ahead would take the other side's old value for a new one.
 */
import { flushSoon } from '../../platform/files/flush-soon.js'
import type { DocumentPlace } from '../document-place.js'
import type { RuntimeContext } from '../runtime-context.js'
import { reached } from '../runtime-step.js'
import { CLIENT_STYLE } from '../sync/json-style.js'
import type { JsonObject } from '../sync/json-value.js'
import type { DocumentMemory } from './document-memory.js'
import { keepResetAside, reportConflicts, type WholeDocument } from './document-plan.js'
import { isSameMark, markAt } from './file-mark.js'
import type { DocumentSides } from './look-at-document.js'
import type { MergedSides } from './merge-sides.js'
import { storeBase, storeOwnKeys } from './profile-part.js'
import { replaceDocument } from './replace-document.js'

/** Whether all was written; not when somebody wrote to one of the files since it was read. Under the client's locks. */
export function writeSides(
  context: RuntimeContext,
  place: DocumentPlace,
  sides: DocumentSides,
  plan: MergedSides,
  memory: DocumentMemory,
): boolean {
  const { name } = place.definition
  const { replica, hub, hubPath } = sides
  if (plan.reset.replica) tellOfReset(context, place, place.replica, hubPath)
  if (plan.reset.hub) tellOfReset(context, place, hubPath, place.base)
  reportConflicts(context, place, plan.conflicts)
  reached('live-document-decided')
  storeOwnKeys(place, plan.replica, memory)
  reached('live-private-stored')
  if (plan.hub !== null && plan.hub !== sides.hubDocument) {
    // A replica that has changed by now is the later one, and must not lose to a shared document written after it.
    if (!isSameMark(markAt(place.replica), replica.mark)) return false
    if (!write(hubPath, plan.hub, hub, memory)) return false
    // The replica's bytes are all in the shared document and the profile: only that must be durable, and nobody waits for it.
    flushSoon(hubPath)
    context.journal.write({ what: 'merged', name, from: place.replica, to: hubPath })
  }
  reached('live-hub-stored')
  if (plan.replica !== replica.document) {
    if (!write(place.replica, plan.replica, replica, memory)) return false
    context.journal.write({ what: 'merged', name, from: hubPath, to: place.replica })
  }
  reached('live-replica-stored')
  if (plan.base !== sides.base) storeBase(context, place, plan.base, memory)
  reached('live-base-stored')
  return true
}

/** In the style of what it replaces. */
function write(path: string, document: JsonObject, before: WholeDocument | null, memory: DocumentMemory): boolean {
  const style = before?.style ?? CLIENT_STYLE
  const expected = before?.mark ?? 'no-file'
  const mark = replaceDocument(path, memory.compose(document, style), { expected, durable: false })
  if (mark === null) return false
  memory.wrote(path, document, style, mark)
  return true
}

function tellOfReset(context: RuntimeContext, place: DocumentPlace, path: string, from: string): void {
  const why = 'it lost most of its keys'
  context.journal.write({ what: 'not-followed', name: place.definition.name, from: path, why })
  keepResetAside(context, place, path)
  context.journal.write({ what: 'restored', name: place.definition.name, from, to: path, why })
}

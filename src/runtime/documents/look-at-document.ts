/** What a pass over a live document finds: both sides whole, or what stands in the way of merging them. Writes nothing. */
import { lstatSync } from 'node:fs'
import type { DocumentPlace } from '../document-place.js'
import type { PassOutcome } from '../live/pass-outcome.js'
import type { JsonObject } from '../sync/json-value.js'
import { type DocumentFile, LIVE_LIMIT_BYTES } from './document-file.js'
import type { DocumentMemory } from './document-memory.js'
import type { WholeDocument } from './document-plan.js'
import { readBase, readOwnKeys } from './profile-part.js'

/** When to look again at what is probably half a write. */
const LOOK_AGAIN_MS = 250

/** A file that has been half a document for so long is not in the middle of a write. */
const MID_WRITE_MS = 5_000

/** A client replaces its documents by rename: none is ever missing for longer than it takes to look twice. */
const MISSING_MS = 1_000

export interface DocumentSides {
  readonly kind: 'sides'
  readonly replica: WholeDocument
  readonly hub: WholeDocument | null
  readonly hubPath: string
  readonly hubDocument: JsonObject | null
  readonly base: JsonObject
  readonly own: JsonObject
  /** Everything that the merge depends on; equal one by one when nothing has changed. */
  readonly seen: readonly unknown[]
}

export type DocumentLook =
  | DocumentSides
  /** The profile shares nothing: there is only what is its own. */
  | { readonly kind: 'isolated'; readonly replica: JsonObject }
  | { readonly kind: 'replica-is-gone' }
  | { readonly kind: 'outcome'; readonly outcome: PassOutcome }

const IN_STEP = { kind: 'outcome', outcome: { state: 'in-step' } } as const

export function lookAtDocument(place: DocumentPlace, memory: DocumentMemory): DocumentLook {
  const limitBytes = LIVE_LIMIT_BYTES
  const hub: DocumentFile = place.shared === null ? { kind: 'absent' } : memory.read(place.shared, { limitBytes })
  const like = hub.kind === 'document' ? hub.document : undefined
  if (lstatSync(place.replica, { throwIfNoEntry: false })?.isSymbolicLink()) {
    return blocked(`${place.replica} is a link, and no document of the profile's own`)
  }
  const replica = memory.read(place.replica, { like, limitBytes })
  if (replica.kind === 'unreadable') return obstacle(place.replica, replica)
  if (hub.kind === 'unreadable') return obstacle(place.shared ?? '', hub)
  if (replica.kind === 'absent') return lookAtMissing(place, hub, memory)
  if (place.shared === null) return { kind: 'isolated', replica: replica.document }
  const base = readBase(place, memory, replica.document)
  if (hub.kind === 'absent' && Object.keys(base).length > 0 && memory.passes.missingForMs(place.shared) < MISSING_MS) {
    return waiting(`${place.shared} is gone`)
  }
  const own = readOwnKeys(place, memory)
  const hubDocument = hub.kind === 'document' ? hub.document : null
  return {
    kind: 'sides',
    replica,
    hub: hub.kind === 'document' ? hub : null,
    hubPath: place.shared,
    hubDocument,
    base,
    own,
    seen: [replica.document, hubDocument, base, memory.read(place.own, { isOwn: true }), place.keysText],
  }
}

/** The deletion of a whole document is never followed, and a replica that never was is made when there is something for it. */
function lookAtMissing(place: DocumentPlace, hub: DocumentFile, memory: DocumentMemory): DocumentLook {
  const wasSeeded = memory.read(place.base, { isOwn: true }).kind === 'document'
  const isForIt =
    hub.kind === 'document' || Object.keys(readOwnKeys(place, memory)).length > 0 || Object.keys(place.overlay).length > 0
  if (!wasSeeded || !isForIt) return IN_STEP
  return memory.passes.missingForMs(place.replica) < MISSING_MS
    ? waiting(`${place.replica} is gone`)
    : { kind: 'replica-is-gone' }
}

function obstacle(path: string, { why, midWriteAtMs }: Extract<DocumentFile, { kind: 'unreadable' }>): DocumentLook {
  // A time to come is that of a clock that was wrong, not of a write.
  const isMidWrite = midWriteAtMs !== null && Math.abs(Date.now() - midWriteAtMs) < MID_WRITE_MS
  if (isMidWrite) return waiting(`${path} ${why}: it is probably being written`)
  return blocked(`${path} ${why}: it is left alone, and nothing is merged with it until it is a document again`)
}

function waiting(why: string): DocumentLook {
  return { kind: 'outcome', outcome: { state: 'waiting', why, againInMs: LOOK_AGAIN_MS } }
}

function blocked(why: string): DocumentLook {
  return { kind: 'outcome', outcome: { state: 'blocked', why } }
}

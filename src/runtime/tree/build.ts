/**
 * Builds or freshens a runtime: links or copies, replicas of the documents, the login. Notes first what it is about to
 * link, so that a later drain can tell what is new. Leaves whatever already lies in the runtime.
 */
import { join } from 'node:path'
import { placeCredential, placedLogin } from '../credentials/show-login.js'
import { documentPlaces } from '../document-place.js'
import { seedDocument } from '../documents/documents.js'
import type { RuntimeContext } from '../runtime-context.js'
import { reached } from '../runtime-step.js'
import { type RuntimeIndex, readIndex, writeIndex } from './index-file.js'
import { makeKnownEntries } from './known-entries.js'
import { linkTarget, placeLinks, wantedLinks } from './links.js'
import { buildMirror } from './mirror/sync-mirror.js'
import { sweepStaging } from './sweep-staging.js'

/** @throws PerchError `disk-full`, `not-writable`, `lock-timeout`, or the system error */
export async function buildRuntime(context: RuntimeContext): Promise<void> {
  sweepStaging(context)
  makeKnownEntries(context)
  const previous = readIndex(context)
  const { linkMode } = context
  const { home } = context.request
  const wanted = linkMode === 'link' ? wantedLinks(context) : {}
  const links = { ...wanted, ...unadopted(context, previous) }
  // What another version of perch has noted beside these stays.
  const index = { ...previous, linkMode, home, links, credential: placedLogin(context, previous) }
  writeIndex(context, { ...index, phase: 'building' })
  reached('build-noted')
  if (linkMode === 'link') placeLinks(context, wanted, previous?.links ?? {})
  else await buildMirror(context)
  reached('build-linked')
  for (const place of documentPlaces(context)) seedDocument(context, place)
  placeCredential(context, previous)
  writeIndex(context, { ...index, phase: 'built' })
  reached('build-done')
}

/** What was linked where the client has put a file of its own that is not taken over yet: still the base to compare with. */
function unadopted(context: RuntimeContext, previous: RuntimeIndex | undefined): RuntimeIndex['links'] {
  return Object.fromEntries(
    Object.entries(previous?.links ?? {}).filter(([key]) => linkTarget(join(context.folders.runtime, key)) === 'not-a-link'),
  )
}

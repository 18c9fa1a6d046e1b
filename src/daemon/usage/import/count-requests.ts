/** Puts requests that were read from transcripts into the database, each once for ever. */
import { createHash } from 'node:crypto'
import { type Database, inTransaction } from '../database.js'
import { NOTHING, slotOf } from '../roll-up.js'
import type { UsageStore } from '../usage-store.js'
import { type Attribution, attribute, type ConversationSession, OLDEST_IMPORT_MS } from './attribution.js'
import { TRANSCRIPT_AGENT } from './transcript-files.js'
import type { TranscriptRequest } from './transcript-line.js'

/** What of the sessions that there are bears on transcripts. */
export interface KnownSessions {
  /** Sessions with a folder, by the conversation that they were started with. */
  readonly byConversation: ReadonlyMap<
    string,
    readonly { readonly id: string; readonly profile: string; readonly startedAt: number }[]
  >
  readonly live: ReadonlySet<string>
  readonly liveFolders: ReadonlySet<string>
}

export interface RequestBatch {
  readonly requests: readonly TranscriptRequest[]
  readonly fallback: string
  readonly sessions: KnownSessions
  readonly nowMs: number
}

export interface CountedRequests {
  /** How many were counted now, by profile. */
  readonly counted: ReadonlyMap<string, number>
  readonly knownBefore: number
  /** Not counted: told by a session itself, or about to be, or too old. */
  readonly skipped: Readonly<Record<'told' | 'live' | 'old', number>>
}

/** All of them or none. @throws the error of the database */
export function countRequests(store: UsageStore, batch: RequestBatch): CountedRequests {
  const { database } = store
  return inTransaction(database, () => {
    const counted = new Map<string, number>()
    const skipped = { told: 0, live: 0, old: 0 }
    let knownBefore = 0
    const known = database.prepare('SELECT 1 FROM imported WHERE key = ?')
    const remember = database.prepare('INSERT INTO imported VALUES (?, ?)')
    for (const request of batch.requests) {
      const key = keyOf(request)
      const attribution = attributionOf(database, request, batch)
      if (known.get(key) !== undefined) knownBefore += 1
      else if (!attribution.counts) skipped[attribution.why] += 1
      else {
        remember.run(key, request.at)
        const profile = store.addImported(sourceOf(request, attribution.profile), slotSums(request, batch.nowMs))
        counted.set(profile, (counted.get(profile) ?? 0) + 1)
      }
    }
    return { counted, knownBefore, skipped }
  })
}

/** Of what is not imported any more. */
export function forgetOldRequests(database: Database, nowMs: number): void {
  database.prepare('DELETE FROM imported WHERE at < ?').run(nowMs - OLDEST_IMPORT_MS)
}

function attributionOf(database: Database, request: TranscriptRequest, batch: RequestBatch): Attribution {
  const { conversation, folder } = request
  const { sessions: known, fallback, nowMs } = batch
  const sessions = conversation === null ? [] : sessionsOf(database, conversation, known)
  return attribute(request, { sessions, isLiveFolder: folder !== null && known.liveFolders.has(folder), fallback, nowMs })
}

/** Those that the database knows, also when they are removed, and those of which it has heard nothing. */
function sessionsOf(database: Database, conversation: string, known: KnownSessions): readonly ConversationSession[] {
  const told = database
    .prepare(
      `SELECT session, profile, created_at, (SELECT last_at FROM stretches WHERE source = id AND stretches.conversation = ?1) AS last_at
       FROM sources WHERE imported = 0
         AND (sources.conversation = ?1 OR id IN (SELECT source FROM stretches WHERE conversation = ?1))`,
    )
    .all(conversation)
  const ids = new Set(told.map(({ session }) => String(session)))
  const silent = (known.byConversation.get(conversation) ?? []).filter(({ id }) => !ids.has(id))
  return [
    ...told.map((row) => ({
      profile: String(row.profile),
      startedAt: Number(row.created_at),
      isLive: known.live.has(String(row.session)),
      lastToldAt: row.last_at === null ? null : Number(row.last_at),
    })),
    ...silent.map(({ id, profile, startedAt }) => ({ profile, startedAt, isLive: known.live.has(id), lastToldAt: null })),
  ].sort((a, b) => a.startedAt - b.startedAt)
}

function keyOf({ name }: TranscriptRequest): string {
  return createHash('sha256').update(name).digest('base64url').slice(0, 16)
}

function sourceOf({ conversation, folder, at }: TranscriptRequest, profile: string) {
  return {
    session: `transcript ${conversation ?? ''} ${profile}`,
    name: null,
    profile,
    agent: TRANSCRIPT_AGENT,
    folder: folder ?? '',
    conversation,
    createdAt: at,
  }
}

function slotSums({ at, model, tokens }: TranscriptRequest, nowMs: number) {
  const when = Math.max(0, Math.min(at, nowMs))
  const { input, output, cacheRead, cacheCreation } = tokens
  return {
    ...NOTHING,
    input,
    output,
    cacheRead,
    cacheCreation,
    requests: 1,
    unpriced: 1,
    model,
    slot: slotOf(when),
    lastAt: when,
  }
}

/** Which sessions there are, as the import of transcripts has to know. Pure. */
import type { SessionRecord } from '../../api/session-record.js'
import type { KnownSessions } from './import/count-requests.js'
import { TRANSCRIPT_AGENT } from './import/transcript-files.js'

export interface ListedSession {
  readonly id: string
  readonly record: SessionRecord | undefined
  readonly live: boolean
}

export function knownSessions(sessions: readonly ListedSession[]): KnownSessions {
  const byConversation = new Map<string, { id: string; profile: string; startedAt: number }[]>()
  const live = new Set<string>()
  const liveFolders = new Set<string>()
  for (const { id, record, live: isLive } of sessions) {
    if (isLive) live.add(id)
    if (record?.agent !== TRANSCRIPT_AGENT) continue
    if (isLive) liveFolders.add(record.cwd)
    if (record.conversation === null) continue
    const same = byConversation.get(record.conversation) ?? []
    same.push({ id, profile: record.profile, startedAt: Date.parse(record.createdAt) || 0 })
    byConversation.set(record.conversation, same)
  }
  return { byConversation, live, liveFolders }
}

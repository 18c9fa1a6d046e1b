/** `perch show`: one session. */
import { type LimitOutlook, limitOutlook } from '../../api/profile-room.js'
import type { Session } from '../../api/session.js'
import type { PerchClient } from '../../client/perch-client.js'
import { PerchError } from '../../platform/perch-error.js'
import type { VerbResult } from '../result.js'
import { sessionFields } from '../session-fields.js'
import type { CliContext, Invocation } from '../verb.js'

export async function run({ positionals: [asked = ''] }: Invocation, context: CliContext): Promise<VerbResult> {
  const client = await context.client()
  const { session } = await client.showSession(asked)
  const nowMs = Date.now()
  const limit = session.attention === 'limit' ? await outlookOf(client, session, nowMs) : undefined
  return { shown: sessionFields(session, nowMs, limit), document: { session, ...(limit && { limit }) } }
}

/** Undefined where nobody knows: usage is not needed for anything else here. */
async function outlookOf(client: PerchClient, { profile }: Session, nowMs: number): Promise<LimitOutlook | undefined> {
  try {
    const { profiles } = await client.usage()
    return limitOutlook(profiles, profile, nowMs)
  } catch (error) {
    if (error instanceof PerchError) return undefined
    throw error
  }
}

/** What continuing a conversation comes to: which one, where, under which profile, and why not. Pure. */

import type { AgentDefinition } from '../agents/agent-definition.js'
import { resumeArguments } from '../agents/conversation.js'
import type { Session } from '../api/session.js'
import { PerchError } from '../platform/perch-error.js'
import type { ProfileDefinition } from '../profiles/profile-definition.js'
import { isLive, sessionTitle } from './session-view.js'

/** A conversation, and what is known of where it was. */
export interface Resumable {
  /** As a person knows it. */
  readonly title: string
  readonly conversation: string
  readonly cwd: string
  readonly name: string | null
  readonly labels: Readonly<Record<string, string>>
  /** Null where nothing tells: then it is one of the profile that it is to go on under. */
  readonly profile: string | null
}

/** @throws PerchError `no-conversation` */
export function resumableSession(session: Session): Resumable {
  const { conversation, cwd, name, labels, profile } = session
  const title = sessionTitle(session)
  if (conversation !== null) return { title, conversation, cwd, name, labels, profile }
  throw new PerchError('no-conversation', `nothing tells which conversation ${title} had`, {
    hint: 'Start the agent and continue it there: perch run PROFILE -- --continue',
  })
}

/** Lost sessions of which none has been continued since, by their conversation, the latest of each. */
export function lostConversations(sessions: readonly Session[]): readonly Session[] {
  const latest = new Map<string, Session>()
  for (const session of sessions) {
    const { conversation } = session
    if (conversation === null) continue
    const known = latest.get(conversation)
    if (!known || known.createdAt < session.createdAt) latest.set(conversation, session)
  }
  return [...latest.values()].filter((session) => !isLive(session) && session.state === 'lost')
}

/**
 * The arguments for the agent.
 * @throws PerchError `other-agent`, `conversation-not-shared`, `no-conversation`
 */
export function resumePlan(
  resumable: Resumable,
  from: ProfileDefinition | undefined,
  to: { readonly profile: ProfileDefinition; readonly agent: AgentDefinition },
): readonly string[] {
  const { title, conversation } = resumable
  if (from && from.agent !== to.profile.agent) {
    throw new PerchError(
      'other-agent',
      `${title} was a conversation with ${from.agent}, and ${to.profile.name} is a profile of ${to.profile.agent}`,
      {
        hint: `Choose a profile of ${from.agent}: perch profile ls`,
      },
    )
  }
  if (to.agent.conversation === null) {
    throw new PerchError('no-conversation', `perch does not know how ${to.agent.title} continues a conversation`, {
      hint: `Start it: perch run ${to.profile.name}`,
    })
  }
  const isolated = from && from.name !== to.profile.name ? [from, to.profile].find((profile) => profile.isolated) : undefined
  if (isolated) {
    throw new PerchError('conversation-not-shared', `the profile ${isolated.name} is isolated: it shares no conversations`, {
      hint: 'Continue it under the profile that it was under.',
    })
  }
  return resumeArguments(to.agent.conversation, conversation)
}

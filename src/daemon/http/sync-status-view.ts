/** What is known of the sync of one profile, as the API shows it. Pure. */
import type { AgentDefinition } from '../../agents/agent-definition.js'
import type { SyncStatus } from '../../api/sync.js'
import type { ProfileDefinition } from '../../profiles/profile-definition.js'
import type { ListedProfile } from '../../profiles/store.js'
import type { LiveStatus } from '../../runtime/live/live-status.js'

export interface SyncFacts {
  /** Undefined while the profile cannot be read. */
  readonly agent: AgentDefinition | undefined
  /** Undefined while no runtime of the profile stands. */
  readonly live: LiveStatus | undefined
  /** Conflicts that wait for a decision. */
  readonly open: number
  /** Why a runtime that was given back still stands. */
  readonly unfinished: string | undefined
}

export function syncStatusView({ name, profile, problem }: ListedProfile, facts: SyncFacts): SyncStatus {
  const { live, open, unfinished, agent } = facts
  return {
    profile: name,
    sharing: profile === null || agent === undefined ? 'none' : sharingOf(profile, agent),
    live: live !== undefined,
    linkMode: live?.linkMode ?? null,
    watching: live === undefined ? null : watchingOf(live.watching),
    lastPassAt: live?.lastPassAt ?? null,
    parts: (live?.parts ?? []).map(({ name: part, outcome, since }) => ({
      name: part,
      state: outcome.state,
      why: outcome.state === 'in-step' ? null : outcome.why,
      since,
    })),
    conflicts: open,
    unmerged: live === undefined ? (unfinished ?? null) : null,
    problem,
  }
}

function watchingOf(watching: LiveStatus['watching']): SyncStatus['watching'] {
  return watching.kind === 'events'
    ? { kind: 'events', folders: watching.folders, why: null }
    : { kind: 'poll', folders: null, why: watching.why }
}

function sharingOf(profile: ProfileDefinition, agent: AgentDefinition): SyncStatus['sharing'] {
  if (agent.relocation === null) return 'none'
  if (profile.plainHome) return 'plain-home'
  return profile.isolated ? 'isolated' : 'shared'
}

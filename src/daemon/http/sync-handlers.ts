/** What the API says and does about live sync. */
import { agentNamed } from '../../agents/registry.js'
import type { SyncConflict, SyncStatus } from '../../api/sync.js'
import type { PerchPaths } from '../../platform/paths.js'
import { PerchError } from '../../platform/perch-error.js'
import type { ProfileDefinition } from '../../profiles/profile-definition.js'
import { type ListedProfile, listProfiles, profileNotFound } from '../../profiles/store.js'
import { type KeptThing, listConflicts } from '../../runtime/conflicts/list-conflicts.js'
import { notFound, resolveConflict } from '../../runtime/conflicts/resolve-conflict.js'
import { readJournal } from '../../runtime/read-journal.js'
import type { ProfileRuntimes } from '../sessions/profile-runtimes.js'
import type { ApiHandlers } from './http-server.js'
import { wholeNumber } from './whole-number.js'

type SyncRoutes = 'syncStatus' | 'syncLog' | 'syncConflicts' | 'resolveSync'

/** As many as a person scrolls through; `limit` asks for more. */
const LOG_ENTRIES = 200

export function syncHandlers(paths: PerchPaths, runtimes: ProfileRuntimes): Pick<ApiHandlers, SyncRoutes> {
  const asked = (name: string | null | undefined) => profilesAsked(paths, name ?? undefined)
  return {
    syncStatus: async ({ query }) => ({
      schema: 1,
      profiles: asked(query.get('profile')).map((listed) => statusOf(paths, runtimes, listed)),
    }),
    syncLog: async ({ query }) => {
      const limit = wholeNumber('limit', query.get('limit') ?? String(LOG_ENTRIES))
      const entries = asked(query.get('profile')).flatMap(({ name }) => readJournal(paths, name))
      const inOrder = [...entries].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
      return { schema: 1, entries: limit === 0 ? [] : inOrder.slice(-limit) }
    },
    syncConflicts: async ({ query }) => ({
      schema: 1,
      conflicts: asked(query.get('profile')).flatMap(({ name }) => listConflicts(paths, name).flatMap(conflictView)),
    }),
    resolveSync: async ({ body }) => {
      const open = asked(body.profile).flatMap(({ name }) => listConflicts(paths, name))
      const undecided = open.filter(({ belongs }) => belongs?.isDecided !== true)
      const chosen = body.ids === undefined ? undecided : body.ids.map((id) => onlyOne(open, id))
      for (const thing of chosen) await resolveConflict(runtimes.requestFor(thing.profile), thing, body.take)
      return { schema: 1, resolved: chosen.flatMap(conflictView) }
    },
  }
}

/** @throws PerchError `profile-not-found` */
function profilesAsked(paths: PerchPaths, name: string | undefined): readonly ListedProfile[] {
  const all = listProfiles(paths, process.env)
  if (name === undefined) return all
  const found = all.filter((listed) => listed.name === name)
  if (found.length === 0) throw profileNotFound(paths, name)
  return found
}

/** @throws PerchError `conflict-not-found` */
function onlyOne(open: readonly KeptThing[], id: string): KeptThing {
  const found = open.filter((thing) => id !== '' && thing.id.startsWith(id))
  const [only] = found
  if (only === undefined) throw notFound(id)
  if (found.length === 1) return only
  throw new PerchError('conflict-not-found', `${id} is the beginning of ${found.length} conflicts`, {
    hint: `Give more of it: ${found.map((thing) => thing.id).join(', ')}`,
  })
}

function conflictView({ id, profile, name, at, path, bytes, belongs, why }: KeptThing): readonly SyncConflict[] {
  if (belongs === null) return []
  const { kind, target: current, isDecided: decided = false } = belongs
  return [{ id, profile, name, at: at.toISOString(), kind, why, decided, kept: path, current, bytes }]
}

function statusOf(paths: PerchPaths, runtimes: ProfileRuntimes, { name, profile, problem }: ListedProfile): SyncStatus {
  const live = runtimes.live.get(name)
  return {
    profile: name,
    sharing: profile === null ? 'none' : sharingOf(profile),
    live: live !== undefined,
    linkMode: live?.linkMode ?? null,
    watching:
      live === undefined
        ? null
        : live.watching.kind === 'events'
          ? { kind: 'events', folders: live.watching.folders, why: null }
          : { kind: 'poll', folders: null, why: live.watching.why },
    lastPassAt: live?.lastPassAt ?? null,
    parts: (live?.parts ?? []).map(({ name: part, outcome, since }) => ({
      name: part,
      state: outcome.state,
      why: outcome.state === 'in-step' ? null : outcome.why,
      since,
    })),
    conflicts: listConflicts(paths, name).filter(({ belongs }) => belongs?.isDecided !== true).length,
    unmerged: problem ?? (live === undefined ? (runtimes.leases.whyUnfinished(name) ?? null) : null),
  }
}

function sharingOf(profile: ProfileDefinition): SyncStatus['sharing'] {
  if (agentNamed(profile.agent).relocation === null) return 'none'
  if (profile.plainHome) return 'plain-home'
  return profile.isolated ? 'isolated' : 'shared'
}

/** What the API says and does about live sync. */

import { existsSync } from 'node:fs'
import { knownAgents } from '../../agents/known-agents.js'

import type { WireError } from '../../api/host-protocol.js'
import type { ResolvedConflict } from '../../api/sync.js'
import type { PerchPaths } from '../../platform/paths.js'
import { PerchError } from '../../platform/perch-error.js'
import { profileFolders } from '../../profiles/profile-definition.js'
import { type ListedProfile, listProfiles, profileNotFound } from '../../profiles/store.js'
import { chosenKept } from '../../runtime/conflicts/chosen-kept.js'
import { type KeptThing, listKept } from '../../runtime/conflicts/list-kept.js'
import { resolveConflict } from '../../runtime/conflicts/resolve-conflict.js'
import { readJournal } from '../../runtime/read-journal.js'
import type { ProfileRuntimes } from '../sessions/profile-runtimes.js'
import { conflictView } from './conflict-view.js'
import type { ApiHandlers } from './http-server.js'
import { syncStatusView } from './sync-status-view.js'
import { wholeNumber } from './whole-number.js'

type SyncRoutes = 'syncStatus' | 'syncLog' | 'syncConflicts' | 'resolveSync'

/** As many as a person scrolls through; `limit` asks for more. */
const LOG_ENTRIES = 200

export function syncHandlers(paths: PerchPaths, runtimes: ProfileRuntimes): Pick<ApiHandlers, SyncRoutes> {
  const asked = (name: string | null | undefined) => profilesAsked(paths, name ?? undefined)
  const kept = (name: string | null | undefined) => asked(name).flatMap((profile) => listKept(paths, profile.name))
  return {
    syncStatus: async ({ query }) => {
      const { all } = knownAgents(paths)
      const profiles = asked(query.get('profile')).map((listed) =>
        syncStatusView(listed, {
          agent: all.find(({ name }) => name === listed.profile?.agent),
          live: runtimes.live.get(listed.name),
          open: listKept(paths, listed.name).filter(({ state }) => state === 'open').length,
          // A reason from before the last session has given it back is of no interest any more.
          unfinished: standsRuntime(paths, listed.name) ? runtimes.leases.whyUnfinished(listed.name) : undefined,
        }),
      )
      return { schema: 1, profiles }
    },
    syncLog: async ({ query }) => {
      const limit = wholeNumber('limit', query.get('limit') ?? String(LOG_ENTRIES))
      const entries = asked(query.get('profile')).flatMap(({ name }) => readJournal(paths, name))
      const inOrder = [...entries].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
      return { schema: 1, entries: limit === 0 ? [] : inOrder.slice(-limit) }
    },
    syncConflicts: async ({ query }) => {
      const [all, ids] = [kept(query.get('profile')), query.getAll('id')]
      return { schema: 1, conflicts: (ids.length > 0 ? chosenKept(all, ids) : all).map(conflictView) }
    },
    resolveSync: async ({ body: { profile, ids, take } }) => {
      const resolved: ResolvedConflict[] = []
      const errors: WireError[] = []
      for (const thing of chosenKept(kept(profile), ids)) {
        // Before: afterwards there is nothing left to look at.
        const view = conflictView(thing)
        try {
          resolved.push({ ...view, undo: await resolveConflict(runtimes.requestFor(thing.profile), thing, take) })
        } catch (error) {
          errors.push(resolveError(thing, error))
        }
      }
      return { schema: 1, resolved, errors }
    },
  }
}

/** One that cannot be resolved keeps no other from it. @throws whatever is no answer to the person */
function resolveError({ id }: KeptThing, error: unknown): WireError {
  if (!(error instanceof PerchError)) throw error
  const { code, message, hint = null } = error
  return { code, message: message.includes(id) ? message : `${id}: ${message}`, hint }
}

function standsRuntime(paths: PerchPaths, name: string): boolean {
  return existsSync(profileFolders(paths, name).runtime)
}

/** @throws PerchError `profile-not-found` */
function profilesAsked(paths: PerchPaths, name: string | undefined): readonly ListedProfile[] {
  const all = listProfiles(paths, process.env)
  if (name === undefined) return all
  const found = all.filter((listed) => listed.name === name)
  if (found.length === 0) throw profileNotFound(paths, name)
  return found
}

/** What the API says about usage. */
import { type UsageGrouping, usageGroupings } from '../../api/usage.js'
import type { PerchPaths } from '../../platform/paths.js'
import { messageOf, PerchError } from '../../platform/perch-error.js'
import { type ListedProfile, listProfiles, profileNotFound } from '../../profiles/store.js'
import type { Supervisor } from '../sessions/supervisor.js'
import { daysIn } from '../usage/days.js'
import { transcriptFolders } from '../usage/import/transcript-files.js'
import { knownSessions } from '../usage/known-sessions.js'
import { slotOf } from '../usage/roll-up.js'
import { configuredWarnAt, DEFAULT_WARN_AT } from '../usage/usage-config.js'
import { type KnownProfile, usageReport } from '../usage/usage-report.js'
import { agentsOfProfiles, groupSums, heldWindows, missedSignals, profileSums } from '../usage/usage-sums.js'
import type { ApiHandlers } from './http-server.js'

export function usageHandlers(paths: PerchPaths, supervisor: Supervisor): Pick<ApiHandlers, 'usage' | 'importUsage'> {
  const { usage, registry } = supervisor
  return {
    usage: async ({ query }) => {
      const profile = query.get('profile') ?? undefined
      const by = groupingOf(query.get('by'))
      const since = momentOf(query.get('since'))
      const days = daysIn(query.get('zone') ?? undefined)
      usage.takeOver(registry.all())
      const asked = { profile, since: since === undefined ? undefined : slotOf(since) }
      const told = usage.ask((database) => ({
        agents: agentsOfProfiles(database),
        sums: profileSums(database, asked),
        missed: missedSignals(database),
        windows: heldWindows(database, profile),
        rows: by === undefined ? [] : groupSums(database, asked, by, days),
      }))
      const { profiles, notices } = knownProfiles(paths, query.get('path'), told.agents)
      const those = profiles.filter(({ name }) => profile === undefined || name === profile)
      if (profile !== undefined && those.length === 0 && !told.agents.has(profile)) throw profileNotFound(paths, profile)
      return usageReport({
        ...told,
        profiles: those,
        since: asked.since,
        notices: [...notices, ...usage.notices()],
        nowMs: Date.now(),
      })
    },
    importUsage: async ({ body: { home } }) => {
      // What sessions have told is known before their transcripts are looked at.
      usage.takeOver(registry.all())
      const folders = transcriptFolders(paths, home)
      return { schema: 1, imported: await usage.importTranscripts(folders, () => knownSessions(registry.all())) }
    },
  }
}

function knownProfiles(paths: PerchPaths, path: string | null, agents: ReadonlyMap<string, string>) {
  const notices: string[] = []
  const warnAt = warnAtOf(paths, notices)
  const profiles = listProfiles(paths, { PATH: path ?? process.env.PATH }).map(
    (listed): KnownProfile => ({
      name: listed.name,
      agent: agentOf(listed, agents),
      warnAt: listed.profile?.warnAt ?? warnAt,
      isolated: listed.profile?.isolated === true,
    }),
  )
  return { profiles, notices }
}

/** A profile whose file is broken ran an agent before. */
function agentOf({ name, profile }: ListedProfile, agents: ReadonlyMap<string, string>): string {
  return profile?.agent ?? agents.get(name) ?? '?'
}

/** A mistake in the configuration keeps nobody from seeing what was used. */
function warnAtOf(paths: PerchPaths, notices: string[]): number {
  try {
    return configuredWarnAt(paths)
  } catch (error) {
    if (!(error instanceof PerchError)) throw error
    notices.push(messageOf(error))
    return DEFAULT_WARN_AT
  }
}

/** @throws PerchError `bad-request` */
function groupingOf(text: string | null): UsageGrouping | undefined {
  if (text === null) return undefined
  const found = usageGroupings.find((grouping) => grouping === text)
  if (found) return found
  throw new PerchError('bad-request', `by must be one of ${usageGroupings.join(', ')}, not ${JSON.stringify(text)}`)
}

/** @throws PerchError `bad-request` */
function momentOf(text: string | null): number | undefined {
  if (text === null) return undefined
  const ms = Date.parse(text)
  if (!Number.isNaN(ms)) return ms
  throw new PerchError('bad-request', `since must be a time such as 2026-11-28T09:00:00Z, not ${JSON.stringify(text)}`)
}

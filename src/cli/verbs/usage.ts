/** `perch usage`. */
import { fullWindows } from '../../api/profile-room.js'
import { type UsageGrouping, usageGroupings } from '../../api/usage.js'
import { usageError } from '../invocation.js'
import type { Presentation, VerbResult } from '../result.js'
import { profilesCsv, rowsCsv } from '../usage/usage-csv.js'
import { inOrder, rowsTable, usageLines } from '../usage/usage-view.js'
import { parseDurationMs } from '../values/duration.js'
import { type CliContext, type Invocation, optionValue } from '../verb.js'

/** Further back than anything is kept. */
const LONGEST_SINCE_MS = 100 * 365 * 86_400_000

export async function run(invocation: Invocation, context: CliContext): Promise<VerbResult> {
  const asked = optionValue(invocation, 'since')
  const by = groupingOf(optionValue(invocation, 'by'))
  if (invocation.flags.has('csv') && invocation.flags.has('json')) throw usageError('--csv and --json are two forms of the same')
  const nowMs = Date.now()
  const sinceMs = asked === undefined ? undefined : nowMs - parseDurationMs(asked, '--since', LONGEST_SINCE_MS)
  const client = await context.client()
  const reply = await client.usage({
    profile: optionValue(invocation, 'profile'),
    by,
    since: sinceMs === undefined ? undefined : new Date(sinceMs).toISOString(),
    // Days are those of whoever asks, not of the daemon.
    zone: by === 'day' ? Intl.DateTimeFormat().resolvedOptions().timeZone : undefined,
  })
  const { since, profiles, rows, notices = [] } = reply
  for (const notice of notices) context.notice(notice)
  // Of one that is at its limit the others are of interest, too.
  const wantsOthers = invocation.values.has('profile') && profiles.some((profile) => fullWindows(profile, nowMs).length > 0)
  const all = wantsOthers ? (await client.usage()).profiles : profiles
  return { shown: invocation.flags.has('csv') ? csv() : forPeople(), document: { since, profiles, rows } }

  function csv(): Presentation {
    return { kind: 'lines', lines: by === undefined ? profilesCsv(profiles) : rowsCsv(inOrder(rows, by), by) }
  }

  function forPeople(): Presentation {
    const blocks: Presentation = { kind: 'drawn', draw: (width) => usageLines(reply, { width, nowMs, all }) }
    return by === undefined ? blocks : { kind: 'sections', sections: [blocks, rowsTable(rows, by, nowMs)] }
  }
}

function groupingOf(text: string | undefined): UsageGrouping | undefined {
  if (text === undefined) return undefined
  const found = usageGroupings.find((grouping) => grouping === text)
  if (found === undefined) {
    const message = `--by takes one of ${usageGroupings.join(', ')}, not ${JSON.stringify(text)}`
    throw usageError(message, 'See: perch help usage')
  }
  return found
}

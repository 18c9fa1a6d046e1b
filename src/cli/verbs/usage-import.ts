/** `perch usage import`. */
import type { UsageImport } from '../../api/usage.js'
import { homeFolder } from '../../platform/paths.js'
import type { VerbResult } from '../result.js'
import type { CliContext, Invocation } from '../verb.js'

export async function run(_: Invocation, context: CliContext): Promise<VerbResult> {
  const { imported } = await (await context.client()).importUsage({ home: homeFolder(context.env) })
  for (const problem of imported.problems) context.notice(`not read: ${problem}`)
  return { shown: { kind: 'lines', lines: importLines(imported) }, document: { imported } }
}

function importLines(imported: UsageImport): readonly string[] {
  const counted = imported.counted.reduce((sum, { requests }) => sum + requests, 0)
  const left: readonly (readonly [number, string])[] = [
    [imported.knownBefore, 'were imported before'],
    [imported.toldBySessions, 'were told by sessions of perch themselves'],
    [imported.leftForLater, 'are of sessions that live, which tell them'],
    [imported.tooOld, 'are older than usage is kept'],
  ]
  const byProfile = imported.counted.map(({ profile, requests }) => `${profile} ${requests}`).join(', ')
  return [
    `read ${plural(imported.files, 'transcript')}, counted ${plural(counted, 'request')}${counted > 0 ? `: ${byProfile}` : ''}`,
    ...left.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`),
    ...(imported.unreadableLines > 0 ? [`${plural(imported.unreadableLines, 'line')} too long to be read`] : []),
    ...(imported.unreadableFiles > 0 ? [`${plural(imported.unreadableFiles, 'file')} not read`] : []),
    ...(counted > 0
      ? ['which account a shared transcript is of, nothing tells: what no session of perch had counts for default']
      : []),
  ]
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

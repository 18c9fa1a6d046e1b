/** `perch daemon logs`: the daemon's log file, which it keeps small. */
import { readFileIfPresent } from '../../platform/files/atomic-file.js'
import { daemonLogPath } from '../../platform/paths.js'
import type { VerbResult } from '../result.js'
import type { CliContext, Invocation } from '../verb.js'

export async function run(_: Invocation, { paths, notice }: CliContext): Promise<VerbResult> {
  const path = daemonLogPath(paths)
  const text = readFileIfPresent(path)?.toString('utf8') ?? ''
  if (text === '') notice(`nothing was logged yet (${path})`)
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n')
  return { shown: { kind: 'lines', lines }, document: { path, lines } }
}

/** `perch doctor`: what stands in the way, and what to do about it. Starts nothing. */
import { EXIT } from '../../api/error-codes.js'
import { tryConnectDaemon } from '../../client/daemon-address.js'
import { connectPerch } from '../../client/perch-client.js'
import type { Examination } from '../../doctor/examination.js'
import { examine } from '../../doctor/examine.js'
import type { Finding } from '../../doctor/finding.js'
import { homeFolder } from '../../platform/paths.js'
import { messageOf } from '../../platform/perch-error.js'
import { listProfiles } from '../../profiles/store.js'
import { findingLines, summaryText } from '../finding-text.js'
import type { VerbResult } from '../result.js'
import type { CliContext, Invocation } from '../verb.js'

/** What became of a repair: null where none was asked for, or there is none. */
type Repaired = { readonly done: boolean; readonly why: string | null } | null

export async function run({ flags }: Invocation, context: CliContext): Promise<VerbResult> {
  const findings = examine(await examinationOf(context))
  const repaired = findings.map((finding) => (flags.has('fix') ? repair(finding) : null))
  const left = findings.filter((_, at) => !repaired[at]?.done)
  const lines = findings.flatMap((finding, at) => findingLines(finding, repaired[at] ?? null))
  return {
    shown: { kind: 'lines', lines: [...lines, summaryText(left)] },
    document: { findings: findings.map((finding, at) => documentOf(finding, repaired[at] ?? null)) },
    exitCode: left.some(({ level }) => level === 'problem') ? EXIT.failed : EXIT.done,
  }
}

async function examinationOf({ paths, env }: CliContext): Promise<Examination> {
  const base = { paths, env, home: homeFolder(env), profiles: listProfiles(paths, env) }
  try {
    const socket = await tryConnectDaemon(paths)
    socket?.destroy()
    if (!socket) return { ...base, daemon: null, sessions: undefined }
    const client = connectPerch({ paths, env, autostart: false })
    return { ...base, daemon: (await client.daemon()).daemon, sessions: (await client.listSessions({ all: true })).sessions }
  } catch {
    // It ended meanwhile, or its socket is not to be used: what is wrong with that is found among the folders.
    return { ...base, daemon: null, sessions: undefined }
  }
}

function repair(finding: Finding): Repaired {
  if (finding.repair === undefined) return null
  try {
    finding.repair()
    return { done: true, why: null }
  } catch (error) {
    return { done: false, why: messageOf(error) }
  }
}

function documentOf({ code, level, subject, text, meaning, fix, repair }: Finding, repaired: Repaired) {
  return { code, level, subject, text, meaning, fix, fixable: repair !== undefined, fixed: repaired?.done ?? false }
}

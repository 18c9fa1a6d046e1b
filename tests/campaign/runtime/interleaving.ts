/**
 * Runs one plan with real processes in a lab of its own, and tells what was lost. What went wrong is told with the plan and
 * everything that everybody did, in the order of time.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openProfileLab, type ProfileLab, writeNew } from '../../runtime/profile-lab.js'
import { Actors } from './actors.js'
import { numberedLogin, REPLACED_FILE } from './client-plan.js'
import { endInterleaving } from './ending.js'
import { readHistory } from './history.js'
import { whatIsLost } from './judge.js'
import type { Plan } from './plan.js'
import type { InterleavingPrograms } from './programs.js'
import { reportOf } from './report.js'

export interface InterleavingResult {
  /** A sentence for each. */
  readonly losses: readonly string[]
  /** Everything that is known. */
  readonly report: string
  /** What clients did, and how many processes of perch were killed: that a run did anything at all. */
  readonly done: number
  readonly killed: number
}

/** Runs the plan to its end, and judges. */

export async function runInterleaving(programs: InterleavingPrograms, plan: Plan): Promise<InterleavingResult> {
  await using first = await openProfileLab({ linkMode: plan.linkMode })
  const labs = new Map([[first.profile.name, first]])
  for (const { name } of plan.profiles) if (!labs.has(name)) labs.set(name, await first.add(name))
  const files = { history: join(first.root, 'history.log'), tokens: join(first.root, 'tokens') }
  prepare(first, [...labs.values()], files.tokens)
  const actors = new Actors({ programs, plan, labs, ...files })
  const seen = await actors.run()
  const ended = await endInterleaving([...labs.values()])
  const history = readHistory(files.history)
  const losses = [...seen, ...ended, ...whatIsLost({ labs: [...labs.values()], history })]
  return {
    losses,
    report: reportOf(plan, losses, history, [...labs.values()]),
    done: history.filter(({ phase, id }) => phase === 'done' && id !== undefined).length,
    killed: history.filter(({ phase, detail }) => phase === 'done' && detail === 'SIGKILL').length,
  }
}

function prepare(first: ProfileLab, labs: readonly ProfileLab[], tokens: string): void {
  writeNew(first.globalDocument, '{"theme":"dark"}')
  writeNew(first.inShared('settings.json'), '{"theme":"dark"}')
  writeNew(first.inShared(REPLACED_FILE), 'at first')
  writeNew(first.inShared('.credentials.json'), JSON.stringify({ claudeAiOauth: numberedLogin('person', 0) }))
  for (const { durableLogin, profile } of labs) {
    writeNew(durableLogin, JSON.stringify({ claudeAiOauth: numberedLogin(profile.name, 0) }))
    writeFileSync(`${tokens}-${profile.name}`, '0')
  }
  writeFileSync(`${tokens}-person`, '0')
}

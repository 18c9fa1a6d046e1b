/** Acquire and release of a runtime over a large shared home, against copying it, and what the scan for its users costs. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { perchPaths } from '../../src/platform/paths.js'
import { createProfile } from '../../src/profiles/create-profile.js'
import { profileFolders } from '../../src/profiles/profile-definition.js'
import { acquireRuntime } from '../../src/runtime/acquire.js'
import { findProcessUsing } from '../../src/runtime/liveness/process-scan.js'
import { releaseRuntime } from '../../src/runtime/release.js'
import type { Verdict } from '../../tests/campaign/verdict.js'
import { builtInAgent } from '../../tests/kit/built-in-agents.js'
import { medianBar } from '../bars.js'
import { inTurn } from '../statistics.js'
import { printTable } from '../table.js'
import { openWorkplace } from '../workplace.js'
import { benchCopyMode } from './acquire-copies.js'

const ROUNDS = 21
/** A copy takes seconds. */
const COPY_ROUNDS = 3
/** As after a year of work: 200 projects of 100 conversations each. */
const PROJECTS = 200
const FILES_PER_PROJECT = 100
const FILE_BYTES = 4 * 1024
/** A `.claude.json` of somebody with as many projects. */
const DOCUMENT_ENTRIES = 2_000
const PROCESSES = 500
const ACQUIRE_BAR_MS = 20

export async function benchAcquireLinks(): Promise<readonly Verdict[]> {
  const workplace = openWorkplace()
  const others: ChildProcess[] = []
  try {
    const home = workplace.env.HOME ?? ''
    makeSharedHome(home)
    const paths = perchPaths(workplace.env)
    const profile = await createProfile(paths, { name: 'work', agent: 'claude' })
    const request = { paths, profile, agent: builtInAgent('claude'), home, leaseId: 'bench', env: {} }
    const sibling = { ...request, leaseId: 'sibling' }
    const copy = join(workplace.folder, 'copy')
    const { runtime } = profileFolders(paths, 'work')

    const alone = await inTurn(ROUNDS, {
      acquire: () => timed(() => acquireRuntime(request)),
      release: () => timed(() => releaseRuntime(request)),
    })
    const copied = await inTurn(COPY_ROUNDS, {
      copy: () => timed(() => spawnSync('cp', ['-a', join(home, '.claude'), copy])),
      clear: () => timed(() => rmSync(copy, { recursive: true, force: true })),
    })
    await acquireRuntime(sibling)
    const beside = await inTurn(ROUNDS, {
      acquire: () => timed(() => acquireRuntime(request)),
      release: () => timed(() => releaseRuntime(request)),
    })
    await releaseRuntime(sibling)
    const quiet = await inTurn(ROUNDS, { scan: () => timed(() => findProcessUsing(runtime)) })
    for (let i = 0; i < PROCESSES; i++) others.push(spawn('sleep', ['600'], { stdio: 'ignore' }))
    const crowded = await inTurn(ROUNDS, {
      scan: () => timed(() => findProcessUsing(runtime)),
      acquire: () => timed(() => acquireRuntime(request)),
      release: () => timed(() => releaseRuntime(request)),
    })
    const against = { name: '`cp -a`', figures: copied.copy }
    printTable(`Runtime, link mode, ${PROJECTS * FILES_PER_PROJECT} files in the shared home`, [
      { what: '`cp -a` of the shared home', figures: copied.copy, note: 'what a copy per profile would cost' },
      { what: 'acquire', figures: alone.acquire, against, note: 'bar 20 ms' },
      { what: 'release, the last one', figures: alone.release, against },
      { what: 'acquire beside a live sibling', figures: beside.acquire, against },
      { what: 'release beside a live sibling', figures: beside.release, against },
      { what: 'scan of all environments', figures: quiet.scan },
      { what: `the same, ${PROCESSES} more processes`, figures: crowded.scan, against: { name: 'without', figures: quiet.scan } },
      { what: `acquire, ${PROCESSES} more processes`, figures: crowded.acquire },
      { what: `release, ${PROCESSES} more processes`, figures: crowded.release },
    ])
    const row = `acquire, link mode, ${PROJECTS * FILES_PER_PROJECT} files in the shared home`
    const links = medianBar({ row, how: 'in this process', figures: alone.acquire, beside: against }, ACQUIRE_BAR_MS)
    return [links, ...(await benchCopyMode(request))]
  } finally {
    for (const child of others) child.kill('SIGKILL')
    workplace.close()
  }
}

function makeSharedHome(home: string): void {
  for (let project = 0; project < PROJECTS; project++) {
    const folder = join(home, '.claude', 'projects', `-src-project-${project}`)
    mkdirSync(folder, { recursive: true })
    for (let file = 0; file < FILES_PER_PROJECT; file++) {
      writeFileSync(join(folder, `${file}.jsonl`), Buffer.alloc(FILE_BYTES, 'x'))
    }
  }
  const projects = Object.fromEntries(
    Array.from({ length: DOCUMENT_ENTRIES }, (_, at) => [`/src/project-${at}`, { hasTrustDialogAccepted: true, history: [] }]),
  )
  writeFileSync(join(home, '.claude.json'), JSON.stringify({ theme: 'dark', projects }, null, 2))
}

async function timed(action: () => unknown): Promise<number> {
  const from = performance.now()
  await action()
  return performance.now() - from
}

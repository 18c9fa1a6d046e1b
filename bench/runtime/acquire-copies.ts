/** A runtime of copies over a large shared home: its first copy against `cp -a` of the same tree, and a pass over it. */
import { spawnSync } from 'node:child_process'
import { appendFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { AcquireRequest } from '../../src/runtime/acquire.js'
import { acquireRuntime } from '../../src/runtime/acquire.js'
import { releaseRuntime } from '../../src/runtime/release.js'
import { openRuntimeContext } from '../../src/runtime/runtime-context.js'
import { syncMirror } from '../../src/runtime/tree/mirror/sync-mirror.js'
import type { Verdict } from '../../tests/campaign/verdict.js'
import { ms, ratioBar } from '../bars.js'
import { type Figures, figuresOf, inTurn } from '../statistics.js'
import { printTable } from '../table.js'

/** A copy takes seconds. */
const COPY_ROUNDS = 5
const PASS_ROUNDS = 21
const ACQUIRE_BAR = 1.5

/** Measures the profile of `request`, whose shared home is filled and whose runtime does not stand. */
export async function benchCopyMode(request: AcquireRequest): Promise<readonly Verdict[]> {
  const { relocation } = request.agent
  if (relocation === null) throw new Error('the agent has no config folder')
  const sharedHome = join(request.home, relocation.defaultHome)
  const copy = join(request.paths.data, 'copy')
  const copyMode = { ...request, env: { PERCH_LINK_MODE: 'copy' } }
  const delay = monitorEventLoopDelay({ resolution: 1 })
  const longest: number[] = []
  const copied = await inTurn(COPY_ROUNDS, {
    copy: () => timed(() => spawnSync('cp', ['-a', sharedHome, copy])),
    acquire: async () => {
      delay.reset()
      delay.enable()
      const ms = await timed(() => acquireRuntime(copyMode))
      delay.disable()
      longest.push(delay.max / 1e6)
      return ms
    },
    release: () => timed(() => releaseRuntime(copyMode)),
    clear: () => timed(() => rmSync(copy, { recursive: true, force: true })),
  })
  await acquireRuntime(copyMode)
  const context = openRuntimeContext(copyMode, relocation, 'copy')
  const [project = ''] = readdirSync(join(sharedHome, 'projects'))
  const folder = join('projects', project)
  const [file = ''] = readdirSync(join(sharedHome, folder))
  const passes = await inTurn(PASS_ROUNDS, {
    all: () => timed(() => syncMirror(context, 'all')),
    one: () => timed(() => syncMirror(context, new Set([folder]))),
    changed: () => {
      appendFileSync(join(sharedHome, folder, file), 'one more line\n')
      return timed(() => syncMirror(context, new Set([folder])))
    },
  })
  await releaseRuntime(copyMode)
  const against = { name: '`cp -a`', figures: copied.copy }
  printTable('Runtime, copy mode, the same shared home', [
    { what: '`cp -a` of the shared home', figures: copied.copy },
    { what: 'acquire', figures: copied.acquire, against, note: 'bar 1.5 ×' },
    { what: 'longest hold of the event loop meanwhile', figures: withoutFirst(longest) },
    { what: 'release, the last one', figures: copied.release, against },
    { what: 'pass, nothing changed', figures: passes.all, note: 'stat only' },
    { what: 'pass over one folder of 100 files, nothing changed', figures: passes.one },
    { what: 'the same, a line appended in it', figures: passes.changed },
  ])
  const how = 'in this process'
  const row = 'acquire, copy mode, the same shared home'
  return [
    ratioBar({ row, how, figures: copied.acquire }, against, ACQUIRE_BAR),
    {
      row: 'unchanged copy-mode tree, a pass',
      how,
      runs: String(PASS_ROUNDS),
      measured: `p50 ${ms(passes.all.p50)}, p99 ${ms(passes.all.p99)}; each slow pass, every 30 s`,
      bar: 'stat only',
      outcome: 'no bar',
    },
  ]
}

/** The first round is a warm-up. */
function withoutFirst(values: readonly number[]): Figures {
  return figuresOf(values.slice(1))
}

async function timed(action: () => unknown): Promise<number> {
  const from = performance.now()
  await action()
  return performance.now() - from
}

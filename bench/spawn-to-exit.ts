/**
 * From the spawn of `/bin/true` until its exit is known and its streams have ended, in a process that is already up. A host
 * that is up has made its pipes while it waited (`prepared-ahead.ts`); what they cost else is shown beside it.
 */
import { spawn as spawnChild } from 'node:child_process'
import { once } from 'node:events'
import { openChildPipes, spawnPipes } from '../src/platform/pipe/pipe-process.js'
import type { OwnedProcess } from '../src/platform/process/owned-process.js'
import { spawnPty } from '../src/platform/pty/pty-process.js'
import type { Verdict } from '../tests/campaign/verdict.js'
import { medianBar } from './bars.js'
import { inTurn } from './statistics.js'
import { printTable } from './table.js'

const ROUNDS = 200
const DRAIN_MS = 2_000
const TRUE = { program: '/bin/true', argv: ['true'] as [string], cwd: '/', env: { PATH: '/usr/bin:/bin' } }

export async function benchSpawnToExit(): Promise<readonly Verdict[]> {
  const figures = await inTurn(ROUNDS, {
    bare,
    pipe: async () => {
      const pipes = await openChildPipes(false)
      return toEnd(() => spawnPipes({ ...TRUE, mergeStderr: false, pipes }))
    },
    pipeWithoutPipes: () => toEnd(() => spawnPipes({ ...TRUE, mergeStderr: false })),
    pty: () => toEnd(() => spawnPty({ ...TRUE, size: { cols: 80, rows: 24 } })),
  })
  const against = { name: '`child_process`', figures: figures.bare }
  printTable('`/bin/true`, spawn to exit known and streams ended', [
    { what: '`child_process.spawn`', figures: figures.bare, note: 'socket pairs, for comparison' },
    { what: 'pipe session', figures: figures.pipe, against, note: 'bar 4 ms; pipes made ahead' },
    { what: 'pipe session, pipes made first', figures: figures.pipeWithoutPipes, against },
    { what: 'PTY session', figures: figures.pty, against, note: 'bar 8 ms' },
  ])
  const [row, how] = ['`/bin/true`, spawn to exit known and streams ended', 'in a process that is up, its pipes made']
  return [
    medianBar({ row: `${row}, pipe`, how, figures: figures.pipe, beside: against }, 4),
    medianBar({ row: `${row}, PTY`, how, figures: figures.pty, beside: against }, 8),
  ]
}

async function toEnd(spawn: () => Promise<OwnedProcess>): Promise<number> {
  const from = performance.now()
  const child = await spawn()
  child.start({ data: () => undefined, end: () => undefined })
  await child.exited
  await child.drain(DRAIN_MS)
  const ms = performance.now() - from
  child.close()
  return ms
}

async function bare(): Promise<number> {
  const from = performance.now()
  const child = spawnChild('/bin/true', { stdio: 'pipe' })
  child.stdout.resume()
  child.stderr.resume()
  await once(child, 'close')
  return performance.now() - from
}

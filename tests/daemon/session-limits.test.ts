/** What `config.toml` says about sessions, as the sessions that are started then show it. */
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type PerchPaths, sessionFolder } from '../../src/platform/paths.js'
import { until } from '../kit/bounded.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { clientOf, ended, killDaemon, startScript, TEST_BOUND_MS } from './kit/sessions.js'

const KIB = 1024

function configure(paths: PerchPaths, lines: readonly string[]): void {
  writeFileSync(join(paths.config, 'config.toml'), ['[sessions]', ...lines, ''].join('\n'))
}

/** Bytes of the files of a session's log. */
function logFilesBytes(paths: PerchPaths, id: string): number {
  const folder = join(sessionFolder(paths, id), 'log')
  if (!existsSync(folder)) return 0
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
}

/** Writes so many KiB, then waits for the end of its input. */
const writes = (kib: number) => `head -c ${kib * KIB} /dev/zero; cat`

describe('the log of a session', () => {
  test('takes no more of the disk than log-bytes', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    await client.daemon()
    configure(home.paths, [`log-bytes = ${256 * KIB}`, `memory-bytes = ${256 * KIB}`])
    const { id } = await startScript(client, home, `head -c ${2048 * KIB} /dev/zero`)
    const { streams } = await ended(client, id)
    expect(streams.stdout?.end).toBe(2048 * KIB)
    const held = 2048 * KIB - (streams.stdout?.start ?? 0)
    expect(held).toBeGreaterThan(128 * KIB)
    expect(held).toBeLessThanOrEqual(256 * KIB)
    expect(logFilesBytes(home.paths, id)).toBeLessThanOrEqual(256 * KIB)
  })

  test('is nowhere on the disk while it runs with log = "memory", and no longer than memory-bytes', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    await client.daemon()
    configure(home.paths, ['log = "memory"', `memory-bytes = ${512 * KIB}`])
    const { id } = await startScript(client, home, writes(2048))
    const written = async () => {
      const extent = (await client.showSession(id)).session.streams.stdout
      return extent?.end === 2048 * KIB ? extent : undefined
    }
    const extent = await until(written, TEST_BOUND_MS, () => 'all of the output')
    expect(extent.end - extent.start).toBeLessThanOrEqual(512 * KIB)
    expect(extent.end - extent.start).toBeGreaterThan(256 * KIB)
    expect(logFilesBytes(home.paths, id)).toBe(0)
    await client.killSession(id, { graceMs: 0 })
  })
})

test('a session older than retention-days is removed by the next daemon, a younger one stays', async () => {
  await using home = temporaryHome()
  const client = clientOf(home)
  const [old, young] = [await startScript(client, home, 'exit 0'), await startScript(client, home, 'exit 0')]
  await ended(client, old.id)
  await ended(client, young.id)
  await killDaemon(home)
  const record = join(sessionFolder(home.paths, old.id), 'exit.json')
  const exit = JSON.parse(readFileSync(record, 'utf8'))
  const eightDaysAgo = new Date(Date.now() - 8 * 24 * 60 * 60 * 1000)
  writeFileSync(record, JSON.stringify({ ...exit, endedAt: eightDaysAgo.toISOString() }))
  utimesSync(record, eightDaysAgo, eightDaysAgo)
  await client.daemon()
  const gone = () => !existsSync(sessionFolder(home.paths, old.id))
  await until(gone, TEST_BOUND_MS, () => 'the old session to be removed')
  expect((await client.listSessions({ all: true })).sessions.map(({ id }) => id)).toEqual([young.id])
})

test('max-live counts neither ended sessions nor names, and 0 allows none', async () => {
  await using home = temporaryHome()
  const client = clientOf(home)
  await client.daemon()
  configure(home.paths, ['max-live = 1'])
  for (const round of [1, 2]) await ended(client, (await startScript(client, home, 'exit 0', { name: `n${round}` })).id)
  configure(home.paths, ['max-live = 0'])
  await expect(startScript(client, home, 'exit 0')).rejects.toMatchObject({ code: 'too-many-sessions' })
})

test('ten creations at once never exceed max-live', async () => {
  await using home = temporaryHome()
  const client = clientOf(home)
  await client.daemon()
  configure(home.paths, ['max-live = 3'])
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => startScript(client, home, 'exec sleep 100')))
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
})

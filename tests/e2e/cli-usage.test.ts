/** `perch usage` as people and scripts call it. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SignalFile } from '../../src/host/signals/signal-file.js'
import { sessionFolder } from '../../src/platform/paths.js'
import { request, windows } from '../daemon/usage/signals.js'
import { seen } from '../kit/bounded.js'
import { perch, perchJson, perchText } from '../kit/perch-program.js'
import { killDaemon, startSession } from '../kit/perch-session.js'
import { temporaryHome } from '../kit/temporary-home.js'

const DAY_MS = 86_400_000
/** Twenty minutes before midnight in Greenwich, a week ago: by the hour nothing is kept for ever. */
const AT = Math.floor(Date.now() / DAY_MS - 7) * DAY_MS - 20 * 60_000
const [DAY = '', NEXT_DAY = ''] = [AT, AT + DAY_MS].map((ms) => new Date(ms).toISOString().slice(0, 10))

test('what a session tells is shown to the last token, after a SIGKILL of the daemon as before it', async () => {
  await using home = temporaryHome()
  await perchText(home, ['profile', 'add', 'work', '--agent', 'command'])
  const session = await startSession(home, 'exec', ['work', '-n', 'build', '--', 'sleep', '1000'])
  const signals = new SignalFile(sessionFolder(home.paths, session.id))
  signals.append([
    request('a', { at: AT, input: 7, costUsd: 0.1, model: 'opus' }),
    request('b', { at: AT + 3_600_000, input: 8, costUsd: 0.2, model: 'opus' }),
    windows(AT, [{ kind: '5h', usedPercent: 40, resetsAt: AT + 1 }]),
  ])
  killDaemon(home)
  const totals = { tokens: { input: 15, output: 0, cacheRead: 0, cacheCreation: 0 }, costUsd: 0.3, requests: 2, errors: 0 }
  const rowsBy = async (by: string, env: Record<string, string> = {}) =>
    (await perchText(home, ['usage', '--by', by, '--csv'], { env }))
      .split('\n')
      .slice(1)
      .map((line) => line.split(',').slice(0, 3))
  expect(await perchJson(home, ['usage', '--by', 'session', '-p', 'work'])).toMatchObject({
    schema: 1,
    since: null,
    profiles: [{ name: 'work', agent: 'command', ...totals, windows: [{ kind: '5h', usedPercent: 40 }] }],
    rows: [{ key: session.id, name: 'build', profile: 'work', ...totals }],
  })
  killDaemon(home)
  expect(await rowsBy('model')).toEqual([['opus', 'work', '15']])
  expect(await rowsBy('day', { TZ: 'UTC' })).toEqual([
    [NEXT_DAY, 'work', '8'],
    [DAY, 'work', '7'],
  ])
  expect(await rowsBy('day', { TZ: 'Asia/Tokyo' })).toEqual([[NEXT_DAY, 'work', '15']])
  expect(await perchText(home, ['usage', '-p', 'work', '--by', 'folder'])).toContain('what is used since is not known')
  const empty = await perch(home, ['usage', '-p', 'work', '--by', 'folder', '--since', '1h'])
  expect(empty).toMatchObject({ code: 0, stderr: expect.stringContaining('no session has told of any usage in this time') })
  expect(await perch(home, ['usage', '--by', 'week'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--by takes one of'),
  })
  expect(await perch(home, ['usage', '-p', 'nobody'])).toMatchObject({ code: 3 })
  expect(await perchText(home, ['usage', 'import'])).toBe('read 0 transcripts, counted 0 requests')
})

test('a person is notified of a limit that is nearly reached, once in its period', async () => {
  await using home = temporaryHome()
  const told = join(home.root, 'told')
  mkdirSync(home.paths.config, { recursive: true })
  const command = `echo "$PERCH_ATTENTION $PERCH_PROFILE $PERCH_REASON" >> ${told}`
  writeFileSync(join(home.paths.config, 'config.toml'), `[notify]\ncommand = ${JSON.stringify(command)}\n`)
  await perchText(home, ['profile', 'add', 'work', '--agent', 'command'])
  const session = await startSession(home, 'exec', ['work', '--', 'sleep', '1000'])
  const signals = new SignalFile(sessionFolder(home.paths, session.id))
  const resetsAt = Date.now() + 3_600_000
  const tell = async (usedPercent: number) => {
    signals.append([windows(Date.now(), [{ kind: '5h', usedPercent, resetsAt }])])
    await perchText(home, ['usage'])
  }

  await tell(79)
  await tell(83)
  await seen('a notification', () => existsSync(told))
  killDaemon(home)
  await tell(95)
  // The next period, of which nothing was told.
  signals.append([windows(Date.now(), [{ kind: '5h', usedPercent: 90, resetsAt: resetsAt + 18_000_000 }])])
  await perchText(home, ['usage'])

  await seen('a second one', () => readFileSync(told, 'utf8').includes('90 %'))
  expect(readFileSync(told, 'utf8')).toMatch(
    /^usage-warning work 5h is used to 83 %, resets .*\nusage-warning work 5h is used to 90 %, resets .*\n$/,
  )
})

/** `perch kill` with several sessions, and with second thoughts. */
import { expect, test } from 'vitest'
import { until } from '../kit/bounded.js'
import { perch, perchJson, perchText, startPerch } from '../kit/perch-program.js'
import { listSessions, startSession } from '../kit/perch-session.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'

/** Everything here takes well under a second on an idle machine. */
const BOUND_MS = 20_000

/** Says that it got the soft signal, and goes on. */
const DEAF = ['--', 'sh', '-c', 'trap "echo asked" TERM; echo deaf; while :; do sleep 0.05; done']

async function deaf(home: TemporaryHome): Promise<string> {
  const { id } = await startSession(home, 'exec', DEAF)
  await perch(home, ['wait', id, '--pattern', 'deaf', '--from', '0'])
  return id
}

test('of several sessions all are tried, and the first failure decides the code', async () => {
  await using home = temporaryHome()
  const { id: first } = await startSession(home, 'exec', ['--', 'sleep', '60'])
  const { id: second } = await startSession(home, 'exec', ['--', 'sleep', '60'])
  const done = await perch(home, ['kill', first, 'nobody', '', second, '--json'])
  expect(done.code).toBe(3)
  expect(JSON.parse(done.stdout.toString())).toMatchObject({
    sessions: [
      { id: first, state: 'exited', exit: { outcome: 'terminated', signal: 'SIGTERM' } },
      { id: second, state: 'exited' },
    ],
    errors: [{ code: 'session-not-found' }, { code: 'session-not-found' }],
  })
})

test('called again with a shorter grace it shortens the one that runs', async () => {
  await using home = temporaryHome()
  const id = await deaf(home)
  await using patient = startPerch(home, ['kill', id, '--grace', '10m'])
  await perch(home, ['wait', id, '--pattern', 'asked', '--from', '0'])
  expect(await perchText(home, ['kill', id, '--grace', '50ms'])).toContain('SIGKILL (killed)')
  const done = await patient.finished
  expect([done.code, done.stdout.toString()]).toEqual([0, expect.stringContaining('SIGKILL (killed)')])
})

test('--all ends what lives, needs no names, takes none, and is content with nothing', async () => {
  await using home = temporaryHome()
  await deaf(home)
  await startSession(home, 'exec', ['--', 'sleep', '60'])
  const { sessions } = (await perchJson(home, ['kill', '--all', '--grace', '100ms'])) as { sessions: readonly object[] }
  expect(sessions).toHaveLength(2)
  expect((await listSessions(home)).every(({ state }) => state === 'exited')).toBe(true)
  expect(await perch(home, ['kill', '--all'])).toMatchObject({ code: 0 })
  expect(await perch(home, ['kill', '--all', 'one'])).toMatchObject({ code: 2 })
})

test('--all does not fail for one that ended meanwhile', async () => {
  await using home = temporaryHome()
  const { id } = await startSession(home, 'exec', ['--', 'sh', '-c', 'read -r go; echo over'])
  // Its command does not end by itself: the session is listed as live until that is given up, long after the program's end.
  await perchText(home, ['tee', id, '--command', 'sleep 60'])
  await perchText(home, ['send', id, '--enter'])
  await perchText(home, ['wait', id, '--pattern', 'over', '--from', '0'])
  const signal = (...which: readonly string[]) => perch(home, ['kill', ...which, '--signal', 'CONT'])
  await until(
    async () => (await signal(id)).code === 1,
    BOUND_MS,
    () => 'the end of the program',
  )
  expect(await signal('--all')).toMatchObject({ code: 0 })
  await perchText(home, ['kill', id])
})

test('--signal sends just that, to all of them, and has no grace', async () => {
  await using home = temporaryHome()
  const ids = [await deaf(home), await deaf(home)]
  expect(await perchText(home, ['kill', ...ids, '--signal', '15'])).toBe(ids.map((id) => `${id} got SIGTERM`).join('\n'))
  expect((await listSessions(home)).every(({ state }) => state === 'running')).toBe(true)
  expect(await perch(home, ['kill', ...ids, '--signal', 'TERM', '--grace', '1s'])).toMatchObject({ code: 2 })
})

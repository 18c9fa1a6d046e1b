/** Sessions that start sessions. */
import { expect, test } from 'vitest'
import { perchBundle, perchText } from '../kit/perch-program.js'
import { listSessions, startSession } from '../kit/perch-session.js'
import { temporaryHome } from '../kit/temporary-home.js'

test('a perch inside a session records that as the parent, over two generations', async () => {
  await using home = temporaryHome()
  const nested = `"${process.execPath}" "${perchBundle()}"`
  const innermost = `${nested} exec -n child -- true`
  await perchText(home, ['exec', '-n', 'grandparent', '--', 'sh', '-c', `${nested} exec -n parent -- sh -c '${innermost}'`])
  const sessions = await listSessions(home)
  const named = (name: string) => sessions.find((session) => session.name === name)
  expect(named('grandparent')?.parent).toBeNull()
  expect(named('parent')?.parent).toBe(named('grandparent')?.id)
  expect(named('child')?.parent).toBe(named('parent')?.id)
  const created = (await perchText(home, ['events', '--since', '0', '--no-follow', '--json']))
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ type }) => type === 'created')
  expect(created.map(({ name, parent }) => [name, parent])).toEqual([
    ['grandparent', null],
    ['parent', named('grandparent')?.id],
    ['child', named('parent')?.id],
  ])
  // A parent of another state folder is nobody here.
  const alone = await startSession(home, 'exec', ['--', 'true'], { env: { PERCH_SESSION: '00000000' } })
  expect(alone.parent).toBeNull()
})

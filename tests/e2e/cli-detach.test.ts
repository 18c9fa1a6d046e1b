/** `perch detach`: somebody else's attachment ends, they are told by whom, and the session goes on. */
import { describe, expect, test } from 'vitest'
import { until } from '../kit/bounded.js'
import { perch, perchJson, perchText, startPerch } from '../kit/perch-program.js'
import { showSession, startSession } from '../kit/perch-session.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'
import { openTerminal } from '../kit/terminal.js'

/** Everything here takes well under a second on an idle machine. */
const BOUND_MS = 20_000

async function whenAttached(home: TemporaryHome, session: string, count = 1): Promise<void> {
  const isAttached = async () => (await showSession(home, session)).attachments.length === count
  await until(isAttached, BOUND_MS, () => `${count} attachments`)
}

describe('a client that is detached exits with 4 and knows by whom', () => {
  test('on a terminal, with the session in somebody else’s', async () => {
    await using home = temporaryHome()
    await startSession(home, 'exec', ['--pty', '-n', 'one', '--', 'cat'])
    await using sitting = await openTerminal(home, ['attach', 'one'])
    await sitting.waitForText('detaches')
    await using other = await openTerminal(home, ['detach', 'one'])
    await other.waitForText(/controller a1 detached from \w+ \(one\), which goes on/)
    expect(await sitting.exit()).toEqual({ code: 4, signal: null })
    expect(sitting.screen().join('\n')).toMatch(/you were detached from \w+\s+\(one\) by \/dev\/pts\/\d+/)
    expect(await showSession(home, 'one')).toMatchObject({ state: 'running', attachments: [] })
  })

  test('passing through, from inside a session, and the program goes on', async () => {
    await using home = temporaryHome()
    await using sitting = startPerch(home, ['exec', '-n', 'one', '--', 'sh', '-c', 'echo begun; exec cat'])
    await sitting.waitForOutput('begun')
    const { detached } = (await perchJson(home, ['detach', 'one'], { env: { PERCH_SESSION: 'a01b22ff' } })) as {
      detached: object
    }
    expect(detached).toMatchObject({ id: 'a1', mode: 'controller' })
    expect(await sitting.finished).toMatchObject({ code: 4, stderr: expect.stringContaining('by session a01b22ff') })
    expect(await showSession(home, 'one')).toMatchObject({ state: 'running', attachments: [] })
  })

  test('following the log, or waiting for something in it', async () => {
    await using home = temporaryHome()
    const { id } = await startSession(home, 'exec', ['--', 'cat'])
    for (const args of [
      ['logs', '-f', id],
      ['wait', id, '--pattern', 'x'],
    ]) {
      await using reading = startPerch(home, args)
      await whenAttached(home, id)
      await perchText(home, ['detach', id])
      expect(await reading.finished).toMatchObject({ code: 4, stderr: expect.stringContaining('ended by process') })
    }
  })
})

test('a viewer is named by its id where there are several, and the others stay', async () => {
  await using home = temporaryHome()
  const { id } = await startSession(home, 'exec', ['--', 'cat'])
  await using first = startPerch(home, ['attach', id, '--view'])
  await whenAttached(home, id)
  await using second = startPerch(home, ['attach', id, '--view'])
  await whenAttached(home, id, 2)
  expect(await perch(home, ['detach', id])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('a1 (viewer), a2 (viewer)'),
  })
  expect(await perch(home, ['detach', id, 'a9'])).toMatchObject({ code: 3, stderr: expect.stringContaining('as a9') })
  expect(await perchText(home, ['detach', id, 'a1'])).toContain('viewer a1 detached')
  expect((await first.finished).code).toBe(4)
  expect((await showSession(home, id)).attachments).toMatchObject([{ id: 'a2' }])
  await perchText(home, ['detach', id])
  expect((await second.finished).code).toBe(4)
})

test('nobody to detach: of a session nobody is attached to, of one that has ended, of one that never was', async () => {
  await using home = temporaryHome()
  const { id } = await startSession(home, 'exec', ['-n', 'one', '--', 'cat'])
  const nobody = { code: 3, stderr: `perch: nobody is attached to ${id} (one)\n` }
  expect(await perch(home, ['detach', 'one'])).toMatchObject(nobody)
  await perchText(home, ['kill', 'one'])
  expect(await perch(home, ['detach', 'one'])).toMatchObject(nobody)
  expect(await perch(home, ['detach', 'two'])).toMatchObject({ code: 3, stderr: expect.stringContaining('no session "two"') })
})

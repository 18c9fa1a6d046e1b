/** One controller, any viewers: refused, stolen, kicked, gone; and who is told. */
import { describe, expect, test } from 'vitest'
import { until } from '../kit/bounded.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { endHost, startHost, TEST_BOUND_MS } from './kit/host-program.js'
import { HostReader } from './kit/host-reader.js'

describe('the controller', () => {
  test('is one; a second is told who and since when, and may watch', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ['cat'] })
    await using first = await HostReader.attach(host.socket, { mode: 'controller' })
    await using second = await HostReader.connect(host.socket)
    const since = (await first.status()).attachments[0]?.since
    await expect(second.attach({ mode: 'controller' })).rejects.toMatchObject({
      code: 'already-attached',
      message: expect.stringContaining(`${first.attached?.attachment} since ${since}`),
    })
    await second.attach({ mode: 'viewer' })
    expect((await first.status()).attachments.map(({ mode }) => mode)).toEqual(['controller', 'viewer'])
    await endHost(host)
  })

  test('may be stolen from, 200 times in a row: the thief stays, whatever the victims still do', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ['cat'] })
    let holder = await HostReader.attach(host.socket, { mode: 'controller' })
    for (let round = 0; round < 200; round++) {
      const thief = await HostReader.attach(host.socket, { mode: 'controller', steal: true, from: { at: 'live' } })
      expect(await holder.untilClosed()).toEqual({ reason: 'stolen', by: thief.attached?.attachment })
      // The victim cleans up late, in both ways a client can.
      await expect(holder.channel.request('detach', {})).rejects.toMatchObject({ code: 'attachment-not-found' })
      await holder[Symbol.asyncDispose]()
      await thief.type(`round ${round}\n`)
      await thief.waitForText('stdout', `round ${round}\n`)
      expect((await thief.status()).attachments.map(({ id }) => id)).toEqual([thief.attached?.attachment])
      holder = thief
    }
    await holder[Symbol.asyncDispose]()
    await endHost(host)
  })

  test("loses its place when its connection ends, and a stolen client's keys reach nobody", async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ['cat'] })
    const first = await HostReader.attach(host.socket, { mode: 'controller' })
    await using second = await HostReader.attach(host.socket, { mode: 'controller', steal: true })
    await first.type('from the victim')
    await first.waitFor('a refusal', () => first.accepted?.problem !== undefined)
    expect(first.accepted).toMatchObject({ bytes: 0, problem: { code: 'stolen' } })
    await first[Symbol.asyncDispose]()
    await second[Symbol.asyncDispose]()
    await using third = await HostReader.connect(host.socket)
    await until(
      async () => (await third.status()).attachments.length === 0,
      TEST_BOUND_MS,
      () => 'no attachment',
    )
    await third.attach({ mode: 'controller' })
    await third.type('mine')
    await third.waitForText('stdout', 'mine')
    expect(third.text('stdout')).toBe('mine')
    await endHost(host)
  })

  test('may detach itself, and others by id', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ['cat'] })
    await using first = await HostReader.attach(host.socket, { mode: 'controller' })
    await using viewer = await HostReader.attach(host.socket)
    await first.channel.request('detach', { attachment: viewer.attached?.attachment })
    expect(await viewer.untilClosed()).toEqual({ reason: 'kicked', by: first.attached?.attachment })
    await first.channel.request('detach', {})
    expect(await first.untilClosed()).toMatchObject({ reason: 'detached' })
    await expect(first.channel.request('detach', { attachment: 'a99' })).rejects.toMatchObject({ code: 'attachment-not-found' })
    expect((await first.status()).attachments).toEqual([])
    await endHost(host)
  })
})

describe('events', () => {
  test('tell subscribers of attachments, thefts, sizes and the exit', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { kind: 'pty', argv: ['cat'] })
    await using subscriber = await HostReader.connect(host.socket)
    await subscriber.channel.request('subscribe', {})
    await using first = await HostReader.attach(host.socket, { mode: 'controller' })
    await using second = await HostReader.attach(host.socket, { mode: 'controller', steal: true, size: { cols: 90, rows: 30 } })
    await second.channel.request('detach', {})
    await subscriber.channel.request('terminate', { graceMs: 1000 })
    await subscriber.untilDisconnected()
    // On a busy machine it is silent for long enough to be idle.
    const events = subscriber.events.filter(({ type }) => type !== 'attention')
    expect(events.map(({ type }) => type)).toEqual(['attached', 'stolen', 'attached', 'resized', 'detached', 'exited'])
    expect(events[3]).toMatchObject({ size: { cols: 90, rows: 30 } })
    expect(first.sizes).toEqual([])
    await host.gone
  })
})

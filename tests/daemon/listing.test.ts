/** The list of sessions: exact after any change, and made without waking hosts to which nothing happened. */
import { describe, expect, test } from 'vitest'
import type { Session } from '../../src/api/session.js'
import { connectHost, type HostConnection } from '../../src/client/host-connection.js'
import type { PerchClient } from '../../src/client/perch-client.js'
import { identifyProcess } from '../../src/platform/process/process-identity.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { clientOf, commandSession, ended, startScript } from './kit/sessions.js'

async function listed(client: PerchClient): Promise<Session> {
  const { sessions } = await client.listSessions({ all: true })
  const [session] = sessions
  if (!session) throw new Error('no session is listed')
  return session
}

async function hostOf(client: PerchClient, id: string): Promise<HostConnection> {
  const { socket } = await client.endpoint(id)
  if (socket === null) throw new Error('the session has ended')
  return connectHost(socket)
}

describe('after a client has seen a change, the list shows it', () => {
  test('of output, byte for byte, again and again', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const { session } = await client.createSession(commandSession(home, ['cat']))
    const host = await hostOf(client, session.id)
    const { events } = await host.attach({ mode: 'controller', from: { at: 'offset', offset: 0 } })
    let sent = 0
    for (let round = 1; round <= 40; round++) {
      const line = Buffer.alloc(round, 'x')
      await host.input.write(line)
      sent += round
      for (let seen = sent - round; seen < sent; ) {
        const { value } = await events.next()
        if (value?.type === 'data') seen += value.bytes.byteLength
      }
      expect((await listed(client)).streams.stdout?.end).toBe(sent)
      // Asked twice, the second time of a host that has nothing new.
      expect((await listed(client)).streams.stdout?.end).toBe(sent)
    }
    host.close()
  })

  test('of attachments that come and go, of the size, and of the end', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const { id } = await startScript(client, home, 'read line; exit 4', { kind: 'pty' })
    expect((await listed(client)).attachments).toEqual([])
    for (let round = 0; round < 5; round++) {
      const host = await hostOf(client, id)
      const { attached, events } = await host.attach({ mode: 'controller', from: { at: 'live' } })
      expect((await listed(client)).attachments).toMatchObject([{ id: attached.attachment, mode: 'controller' }])
      await host.resize({ cols: 50 + round, rows: 20 })
      expect((await listed(client)).size).toEqual({ cols: 50 + round, rows: 20 })
      await host.detach(attached.attachment)
      expect((await listed(client)).attachments).toEqual([])
      await events.return()
      host.close()
    }
    await client.resizeSession(id, { cols: 33, rows: 11 })
    expect((await listed(client)).size).toEqual({ cols: 33, rows: 11 })
    const host = await hostOf(client, id)
    const { events } = await host.attach({ mode: 'controller', from: { at: 'live' } })
    await host.input.write(Buffer.from('\n'))
    let exit: unknown
    for await (const event of events) if (event.type === 'exit') exit = event.record.exit
    expect(await listed(client)).toMatchObject({ state: 'exited', exit, attachments: [] })
    host.close()
  })
})

test('hosts to which nothing happened are not asked: a stopped one does not hold up the list, and show says that it hangs', async () => {
  await using home = temporaryHome()
  const client = clientOf(home)
  const { session } = await client.createSession(commandSession(home, ['sleep', '100']))
  expect(await listed(client)).toMatchObject({ state: 'running' })
  const host = identifyProcess(session.hostPid ?? 0)
  if (!host) throw new Error('the host does not run')
  process.kill(host.pid, 'SIGSTOP')
  for (let looks = 0; looks < 3; looks++) {
    const shown = await listed(client)
    expect(shown.state).toBe('running')
    // Whoever had asked the host would have found out.
    expect(shown.hostHangs ?? false).toBe(false)
  }
  expect((await client.showSession(session.id)).session).toMatchObject({ state: 'running', hostHangs: true })
  process.kill(host.pid, 'SIGCONT')
  await client.killSession(session.id, { graceMs: 0 })
  expect(await ended(client, session.id)).toMatchObject({ state: 'exited' })
})

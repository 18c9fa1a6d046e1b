/** What the daemon tells of sessions, through the client library, while daemons, hosts and programs die. */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { EventLine } from '../../src/api/event.js'
import type { Session } from '../../src/api/session.js'
import type { EventRequest } from '../../src/client/event-request.js'
import { stopDaemon } from '../../src/client/stop-daemon.js'
import { openDaemonLog } from '../../src/daemon/daemon-log.js'
import { EventJournal } from '../../src/daemon/events/event-journal.js'
import { preparePerchFolders } from '../../src/platform/files/safe-folder.js'
import { daemonSocketPath, eventJournalPath, sessionFolder, sessionSocketPath } from '../../src/platform/paths.js'
import { HostReader } from '../host/kit/host-reader.js'
import { until, within } from '../kit/bounded.js'
import { requiresPlatform, requiresRoot } from '../kit/requirement.js'
import { mountSmallDisk } from '../kit/small-disk.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'
import { clientOf, daemonPid, ended, killDaemon, startScript, TEST_BOUND_MS } from './kit/sessions.js'

/** Everything there is now. */
async function told(home: TemporaryHome, since = 0): Promise<readonly EventLine[]> {
  const lines: EventLine[] = []
  for await (const line of clientOf(home).events({ since, follow: false })) lines.push(line)
  return lines
}

/** Follows the events as a test goes on. */
class Follower implements AsyncDisposable {
  readonly lines: EventLine[] = []
  readonly #ending = new AbortController()
  readonly #reading: Promise<void>

  constructor(home: TemporaryHome, request: EventRequest = { since: 0 }) {
    this.#reading = this.#read(home, request)
    // Whoever waits for a line is told.
    this.#reading.catch(() => undefined)
  }

  async waitFor(what: string, isIt: (line: EventLine) => boolean): Promise<void> {
    const seen = until(
      () => this.lines.some(isIt),
      TEST_BOUND_MS,
      () => `${what} among ${JSON.stringify(this.lines)}`,
    )
    await Promise.race([seen, this.#reading.then(() => seen)])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort()
    await within(
      this.#reading.catch(() => undefined),
      TEST_BOUND_MS,
      () => 'the end of a follower',
    )
  }

  async #read(home: TemporaryHome, request: EventRequest): Promise<void> {
    for await (const line of clientOf(home).events({ ...request, signal: this.#ending.signal })) this.lines.push(line)
  }
}

const numbers = (lines: readonly EventLine[]) => lines.map((line) => ('seq' in line ? line.seq : line))
const oneTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

/** The types of a session's events, in their order. */
function story(lines: readonly EventLine[], { id }: Pick<Session, 'id'>): readonly string[] {
  return lines.flatMap((line) => (line.session === id ? [line.type] : []))
}

async function nobodyAttached(reader: HostReader): Promise<void> {
  await until(
    async () => (await reader.status()).attachments.length === 0,
    TEST_BOUND_MS,
    () => 'the last attachment to be gone',
  )
}

describe('the events of a session', () => {
  test('tell its life: who attached, who took over, how it ended, that it was removed', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    await using follower = new Follower(home)
    const session = await startScript(client, home, 'exec cat', { name: 'one', originator: 'a test' })
    const socket = sessionSocketPath(home.paths, session.id)
    const first = await HostReader.attach(socket, { mode: 'controller' })
    const thief = await HostReader.attach(socket, { mode: 'controller', steal: true })
    await thief[Symbol.asyncDispose]()
    await nobodyAttached(first)
    await first[Symbol.asyncDispose]()
    await client.killSession(session.id)
    await client.removeSession(session.id)
    await follower.waitFor('the removal', ({ type }) => type === 'removed')

    expect(follower.lines).toMatchObject([
      { seq: 1, type: 'created', session: session.id, name: 'one', profile: 'default', originator: 'a test', parent: null },
      { seq: 2, type: 'attached', attachment: { id: first.attached?.attachment, mode: 'controller' } },
      { seq: 3, type: 'stolen', attachment: { id: first.attached?.attachment }, by: thief.attached?.attachment },
      { seq: 4, type: 'attached', attachment: { id: thief.attached?.attachment } },
      { seq: 5, type: 'detached', attachment: { id: thief.attached?.attachment }, reason: 'detached' },
      { seq: 6, type: 'ended', exit: { code: null, signal: 'SIGTERM', outcome: 'terminated' } },
      { seq: 7, type: 'removed', session: session.id, name: 'one' },
    ])
    expect(await told(home)).toEqual(follower.lines)
    expect(numbers(await told(home, 5))).toEqual([6, 7])
    expect(await told(home, 7)).toEqual([])
  })

  test('are the same for everybody who follows, from wherever they begin', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const session = await startScript(client, home, 'exit 0')
    await ended(client, session.id)
    const followers = [0, 1, 2].map((since) => new Follower(home, { since }))
    const next = await startScript(client, home, 'exit 1')
    for (const follower of followers) {
      await follower.waitFor('the end', (line) => line.session === next.id && line.type === 'ended')
      await follower[Symbol.asyncDispose]()
    }
    expect(followers.map(({ lines }) => numbers(lines))).toEqual([
      [1, 2, 3, 4],
      [2, 3, 4],
      [3, 4],
    ])
  })

  test('without a number begin now', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    await ended(client, (await startScript(client, home, 'exit 0')).id)
    await using follower = new Follower(home, {})
    // What begins "now" is not known before the first answer: each of these may be the first that is seen.
    await until(
      async () => {
        await ended(client, (await startScript(client, home, 'exit 0')).id)
        return follower.lines.length > 0
      },
      TEST_BOUND_MS,
      () => 'an event',
    )
    expect(numbers(follower.lines)[0]).toBeGreaterThan(2)
  })

  test.each([
    ['-1', 'bad-request'],
    ['x', 'bad-request'],
    ['1.5', 'bad-request'],
    ['99999999999999999999', 'bad-request'],
    ['3', 'bad-request'],
  ])('after the number %s are refused', async (since, code) => {
    await using home = temporaryHome()
    await clientOf(home).daemon()
    const asked = clientOf(home).events({ since: Number(since), follow: false })
    await expect(asked.next()).rejects.toMatchObject({ code })
  })

  test('say when it is removed because it is past its keeping', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    await client.daemon()
    writeFileSync(join(home.paths.config, 'config.toml'), '[sessions]\nretention-count = 1\n')
    await using follower = new Follower(home)
    const first = await startScript(client, home, 'exit 0')
    await ended(client, first.id)
    await startScript(client, home, 'exit 0')
    await follower.waitFor('the removal', ({ type }) => type === 'removed')
    expect(story(follower.lines, first)).toEqual(['created', 'ended', 'removed'])
    expect(existsSync(sessionFolder(home.paths, first.id))).toBe(false)
  })
})

describe('when the daemon is killed again and again', () => {
  test('while sessions start, are attached to, stolen and end: everything is told once, in order, to those who follow too', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    await client.daemon()
    await using follower = new Follower(home)
    const sessions: Session[] = []
    /** Kills the daemon at a different point of each round. */
    const killAt = async (point: number, round: number) => {
      if (round % 5 === point) await killDaemon(home)
    }
    for (let round = 0; round < 10; round++) {
      const session = await startScript(client, home, 'exec cat')
      sessions.push(session)
      await killAt(0, round)
      const socket = sessionSocketPath(home.paths, session.id)
      const victim = await HostReader.attach(socket, { mode: 'controller' })
      await killAt(1, round)
      const thief = await HostReader.attach(socket, { mode: 'controller', steal: true })
      await killAt(2, round)
      await thief[Symbol.asyncDispose]()
      await nobodyAttached(victim)
      await killAt(3, round)
      await victim.channel.request('terminate', { graceMs: 0 })
      await victim[Symbol.asyncDispose]()
      await killAt(4, round)
    }
    const last = sessions.at(-1)
    await follower.waitFor('the last end', (line) => line.session === last?.id && line.type === 'ended')
    for (const { id } of sessions) await ended(client, id)
    const lines = await told(home)
    expect(numbers(lines)).toEqual(oneTo(sessions.length * 6))
    for (const session of sessions) {
      expect(story(lines, session)).toEqual(['created', 'attached', 'stolen', 'attached', 'detached', 'ended'])
    }
    await follower.waitFor('all of it', (line) => 'seq' in line && line.seq === lines.length)
    expect(follower.lines).toEqual(lines)
  })

  test('together with hosts: each of their sessions is lost once', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const sessions = await Promise.all([1, 2, 3].map(() => startScript(client, home, 'exec sleep 100')))
    process.kill(daemonPid(home), 'SIGKILL')
    for (const { hostPid } of sessions) process.kill(hostPid ?? 0, 'SIGKILL')
    for (const { id } of sessions) expect((await ended(client, id)).state).toBe('lost')
    await killDaemon(home)
    const lines = await told(home)
    for (const session of sessions) expect(story(lines, session)).toEqual(['created', 'lost'])
    expect(numbers(lines)).toEqual(oneTo(6))
  })

  test('and the folder of a session is removed by hand meanwhile: that it is removed is told', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const session = await startScript(client, home, 'exit 0')
    await ended(client, session.id)
    await client.removeSession(session.id)
    const other = await startScript(client, home, 'exit 0')
    await ended(client, other.id)
    await killDaemon(home)
    rmSync(sessionFolder(home.paths, other.id), { recursive: true })
    await client.daemon()
    await using follower = new Follower(home)
    await follower.waitFor('the removal', (line) => line.session === other.id && line.type === 'removed')
    expect(story(follower.lines, session)).toEqual(['created', 'ended', 'removed'])
    expect(story(follower.lines, other)).toEqual(['created', 'ended', 'removed'])
  })
})

test('a person stops the daemon: whoever follows says so, waits, starts none, and misses nothing', async () => {
  await using home = temporaryHome()
  const client = clientOf(home)
  let stopped = 0
  const connections: boolean[] = []
  await using follower = new Follower(home, {
    since: 0,
    onDaemonStopped: () => (stopped += 1),
    onConnection: (isConnected) => connections.push(isConnected),
  })
  const session = await startScript(client, home, 'exec cat')
  await follower.waitFor('the start', ({ type }) => type === 'created')
  await stopDaemon(home.paths, home.env)
  const reader = await HostReader.attach(sessionSocketPath(home.paths, session.id), { mode: 'viewer' })
  await until(
    () => stopped === 1,
    TEST_BOUND_MS,
    () => 'the follower to notice',
  )
  await expect(clientOf(home, { autostart: false }).daemon()).rejects.toMatchObject({ code: 'daemon-unreachable' })
  await client.daemon()
  await follower.waitFor('the attachment', ({ type }) => type === 'attached')
  await reader[Symbol.asyncDispose]()
  await follower.waitFor('its end', ({ type }) => type === 'detached')
  expect(numbers(follower.lines)).toEqual([1, 2, 3])
  expect(stopped).toBe(1)
  expect(connections).toEqual([true, false, true])
})

test('a full disk is told while it is full, and the session goes on', async (context) => {
  requiresRoot(context)
  requiresPlatform(context, 'linux')
  await using home = temporaryHome()
  mkdirSync(home.perchHome, { mode: 0o700 })
  await using disk = mountSmallDisk(home.perchHome, 'size=1m,mode=700')
  const client = clientOf(home)
  await using follower = new Follower(home)
  const { id } = await startScript(client, home, 'read line; head -c 100000 /dev/zero; exec cat')
  await follower.waitFor('the start', ({ type }) => type === 'created')
  disk.fill()
  const socket = sessionSocketPath(home.paths, id)
  const reader = await HostReader.attach(socket, { mode: 'controller' })
  await reader.type('go\n')
  await follower.waitFor('the full disk', ({ type, session }) => type === 'disk-full' && session === id)
  expect(follower.lines.find(({ type }) => type === 'disk-full')).toMatchObject({ problem: expect.stringContaining('no space') })
  await reader.type('still there')
  await reader.waitForText('stdout', 'still there')
  disk.empty()
  await reader[Symbol.asyncDispose]()
  await client.killSession(id, { graceMs: 0 })
  await follower.waitFor('its end', ({ type }) => type === 'ended')
  expect(numbers(follower.lines)).toEqual(oneTo(follower.lines.length))
  expect(story(follower.lines, { id })).toEqual(['created', 'attached', 'disk-full', 'detached', 'ended'])
})

describe('many readers', () => {
  /** A journal of an earlier daemon, large enough that no socket takes it at once. */
  function seed(home: TemporaryHome, count: number): void {
    preparePerchFolders(home.paths)
    const log = openDaemonLog(join(home.paths.state, 'daemon.log'), { debug: false })
    const journal = new EventJournal({ path: eventJournalPath(home.paths), log })
    const event = { at: new Date(0).toISOString(), type: 'attached', session: '00000000', name: 'x'.repeat(100) }
    for (let index = 0; index < count; index++) journal.append(event)
  }

  test('of which a hundred read nothing hold up nobody, and are let go when they leave', async () => {
    await using home = temporaryHome()
    seed(home, 3_000)
    await clientOf(home).daemon()
    const idle = Array.from({ length: 100 }, () => {
      const socket = connect(daemonSocketPath(home.paths))
      socket.on('error', () => undefined)
      socket.write('GET /v1/events?since=0&follow=1 HTTP/1.0\r\n\r\n')
      return socket.pause()
    })
    await using follower = new Follower(home)
    const { id } = await startScript(clientOf(home), home, 'exit 0')
    await follower.waitFor('its end', (line) => line.session === id && line.type === 'ended')
    expect(numbers(follower.lines)).toEqual(oneTo(follower.lines.length))
    const openFiles = () => readdirSync(`/proc/${daemonPid(home)}/fd`).length
    expect(openFiles()).toBeGreaterThan(100)
    for (const socket of idle) socket.destroy()
    await until(
      () => openFiles() < 100,
      TEST_BOUND_MS,
      () => `the readers to be let go; ${openFiles()} files are open`,
    )
  })

  test('follow at once, each with everything', async () => {
    await using home = temporaryHome()
    seed(home, 500)
    const followers = Array.from({ length: 20 }, () => new Follower(home))
    const { id } = await startScript(clientOf(home), home, 'exit 0')
    for (const follower of followers) {
      await follower.waitFor('its end', (line) => line.session === id && line.type === 'ended')
      await follower[Symbol.asyncDispose]()
      expect(follower.lines.slice(0, 500)).toEqual(followers[0]?.lines.slice(0, 500))
      expect(numbers(follower.lines)).toEqual(oneTo(follower.lines.length))
    }
  })
})

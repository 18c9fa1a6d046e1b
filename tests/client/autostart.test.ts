import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isFileLockHeld, tryFileLock } from '../../src/platform/files/file-lock.js'
import { preparePerchFolders } from '../../src/platform/files/safe-folder.js'
import { daemonLockPath, daemonSocketPath, daemonStopMarkPath } from '../../src/platform/paths.js'
import { livenessOf } from '../../src/platform/process/process-identity.js'
import { clientOf, daemonLog, daemonPid, killDaemon, startScript, TEST_BOUND_MS } from '../daemon/kit/sessions.js'
import { until } from '../kit/bounded.js'
import { endProcess, processesMarked } from '../kit/marked-processes.js'
import { requiresPlatform } from '../kit/requirement.js'
import { temporaryHome } from '../kit/temporary-home.js'

describe('a client that finds no daemon', () => {
  test('starts it; ten at once start one', async () => {
    await using home = temporaryHome()
    const clients = Array.from({ length: 10 }, () => clientOf(home))
    const pids = await Promise.all(clients.map(async (client) => (await client.daemon()).daemon.pid))
    expect(new Set(pids)).toEqual(new Set([daemonPid(home)]))
    const daemons = () => processesMarked(home.root).filter(({ command }) => command.includes('perchd'))
    await until(
      () => daemons().length === 1,
      TEST_BOUND_MS,
      () => 'the others to be gone',
    )
    expect(daemonLog(home).match(/the daemon listens/g)).toHaveLength(1)
  })

  test('does not start it when it was asked not to', async () => {
    await using home = temporaryHome()
    await expect(clientOf(home, { autostart: false }).daemon()).rejects.toMatchObject({ code: 'daemon-unreachable' })
    expect(existsSync(home.perchHome)).toBe(false)
  })

  test('removes the mark of a stop', async () => {
    await using home = temporaryHome()
    mkdirSync(home.perchHome, { mode: 0o700 })
    writeFileSync(daemonStopMarkPath(home.paths), '')
    await clientOf(home).daemon()
    expect(existsSync(daemonStopMarkPath(home.paths))).toBe(false)
  })

  test('says why the daemon did not start, with the last lines of its log', async () => {
    await using home = temporaryHome()
    // A folder where its address is to be published.
    mkdirSync(join(home.perchHome, 'daemon.json', 'in the way'), { recursive: true, mode: 0o700 })
    chmodSync(home.perchHome, 0o700)
    await expect(clientOf(home).daemon()).rejects.toMatchObject({
      code: 'daemon-start-failed',
      message: expect.stringMatching(/ended with code 1[\s\S]*daemon\.json/),
      hint: expect.stringContaining('daemon.log'),
    })
    expect(isFileLockHeld(daemonLockPath(home.paths))).toBe(false)
    rmSync(join(home.perchHome, 'daemon.json'), { recursive: true })
    // The next command is not held up by the failure.
    await expect(clientOf(home).daemon()).resolves.toMatchObject({ schema: 1 })
  })

  test('starts another when somebody kills the one that is starting', async () => {
    await using home = temporaryHome()
    preparePerchFolders(home.paths)
    // Which waits for its lock meanwhile.
    using lock = tryFileLock(daemonLockPath(home.paths)) ?? expect.fail('the lock is free')
    const status = clientOf(home).daemon()
    for (let killed = 0; killed < 2; killed++) {
      const find = () => processesMarked(home.root).find(({ command }) => command.includes('perchd'))
      const starting = await until(find, TEST_BOUND_MS, () => `daemon ${killed}`)
      endProcess(starting)
      await until(
        () => livenessOf(starting) === 'dead',
        TEST_BOUND_MS,
        () => 'its end',
      )
    }
    lock.close()
    await expect(status).resolves.toMatchObject({ daemon: { pid: expect.any(Number) } })
  })

  test('starts it without the environment of its shell', async () => {
    await using home = temporaryHome({ env: { MY_SECRET: 'x', ANTHROPIC_API_KEY: 'y' } })
    await clientOf(home).daemon()
    const daemon = processesMarked(home.root).find(({ pid }) => pid === daemonPid(home))
    const names = daemon?.environment.map((pair) => pair.split('=')[0]) ?? []
    expect(names).toContain('PERCH_HOME')
    expect(names).not.toContain('MY_SECRET')
    expect(names).not.toContain('ANTHROPIC_API_KEY')
  })
})

describe('a daemon that dies under a request', () => {
  /** Stands in for a daemon that takes a request and is gone; counts them. */
  async function dyingDaemon(path: string) {
    mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 })
    let requests = 0
    const server = createServer((socket) => {
      socket.once('data', () => {
        requests += 1
        server.close()
        socket.destroy()
      })
    })
    await new Promise<void>((resolve) => server.listen(path, resolve))
    return { requests: () => requests }
  }

  test('is replaced, and a question is asked once more', async () => {
    await using home = temporaryHome()
    const dying = await dyingDaemon(daemonSocketPath(home.paths))
    expect(await clientOf(home).listSessions()).toEqual({ schema: 1, sessions: [] })
    expect(dying.requests()).toBe(1)
  })

  test('before it read anything gets even an order a second time', async (context) => {
    requiresPlatform(context, 'linux')
    await using home = temporaryHome()
    const path = daemonSocketPath(home.paths)
    mkdirSync(home.perchHome, { mode: 0o700 })
    // Takes the connection, and is gone with the request unread.
    const server = createServer({ pauseOnConnect: true }, (socket) => {
      server.close()
      setImmediate(() => socket.destroy())
    })
    await new Promise<void>((resolve) => server.listen(path, resolve))
    await expect(startScript(clientOf(home), home, 'exec sleep 100')).resolves.toMatchObject({ state: 'running' })
  })

  test('leaves an order undecided: it is not given again', async () => {
    await using home = temporaryHome()
    const dying = await dyingDaemon(daemonSocketPath(home.paths))
    await expect(startScript(clientOf(home), home, 'exit 0')).rejects.toMatchObject({ code: 'daemon-unreachable' })
    expect(dying.requests()).toBe(1)
  })

  test('that was killed before the request is simply started again', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    await client.daemon()
    await killDaemon(home)
    await expect(startScript(client, home, 'exec sleep 100')).resolves.toMatchObject({ state: 'running' })
  })
})

test('a daemon of another version is told apart, and can still be asked and stopped', async () => {
  await using home = temporaryHome()
  mkdirSync(home.perchHome, { mode: 0o700 })
  const body = '{"schema":1,"protocol":99,"daemon":{"pid":1,"version":"9","startedAt":"","sessions":0}}'
  const server = createServer((socket) => {
    socket.once('data', () => {
      socket.end(`HTTP/1.1 200 OK\r\nperch-protocol: 99\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
    })
  })
  await new Promise<void>((resolve) => server.listen(daemonSocketPath(home.paths), resolve))
  try {
    const client = clientOf(home, { autostart: false })
    await expect(client.listSessions()).rejects.toMatchObject({
      code: 'version-mismatch',
      hint: expect.stringContaining('perch daemon restart'),
    })
    expect((await client.daemon()).daemon.version).toBe('9')
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
})

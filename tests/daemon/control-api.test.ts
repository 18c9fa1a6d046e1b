import { connect } from 'node:net'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { ErrorReply } from '../../src/api/control.js'
import { routes } from '../../src/api/routes.js'
import { daemonSocketPath } from '../../src/platform/paths.js'
import { requires } from '../kit/requirement.js'
import { runProgram } from '../kit/running-program.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'
import { clientOf, commandSession, ended, startScript } from './kit/sessions.js'

/** Sends raw bytes to the daemon; everything that comes back until it closes. */
function exchangeRaw(home: TemporaryHome, request: string | Buffer): Promise<{ status: number; head: string; body: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect(daemonSocketPath(home.paths))
    const chunks: Buffer[] = []
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => {
      const [head = '', ...body] = Buffer.concat(chunks).toString('utf8').split('\r\n\r\n')
      resolve({ status: Number(head.split(' ')[1]), head, body: body.join('\r\n\r\n') })
    })
    socket.write(request)
  })
}

function post(path: string, body: string | Buffer): Buffer {
  const head = `POST ${path} HTTP/1.0\r\nHost: perch\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`
  return Buffer.concat([Buffer.from(head), Buffer.from(body)])
}

async function refusal(
  home: TemporaryHome,
  request: string | Buffer,
): Promise<{ status: number; code: string; message: string }> {
  const { status, body } = await exchangeRaw(home, request)
  const { error } = v.parse(ErrorReply, JSON.parse(body))
  return { status, code: error.code, message: error.message }
}

describe('the control API', () => {
  test('answers curl, with and without HTTP/1.0', async (context) => {
    requires(context, 'curl')
    await using home = temporaryHome()
    await clientOf(home).daemon()
    const curl = (...args: string[]) =>
      runProgram('curl', ['-sS', '--unix-socket', daemonSocketPath(home.paths), ...args], { env: home.env })
    for (const version of ['--http1.0', '--http1.1']) {
      const { code, stdout } = await curl(version, 'http://perch/v1/daemon')
      expect(code).toBe(0)
      expect(JSON.parse(stdout.toString())).toMatchObject({ schema: 1, protocol: 1, daemon: { sessions: 0 } })
    }
    const request = JSON.stringify(commandSession(home, ['sh', '-c', 'echo seen by curl']))
    const created = await curl('-d', request, 'http://perch/v1/sessions')
    const { session } = JSON.parse(created.stdout.toString())
    await ended(clientOf(home), session.id)
    const log = await curl(`http://perch/v1/sessions/${session.id}/log?stream=stdout`)
    expect(log.stdout.toString()).toBe('seen by curl\n')
    const removed = await curl('-X', 'DELETE', `http://perch/v1/sessions/${session.id}`)
    expect(JSON.parse(removed.stdout.toString())).toEqual({ schema: 1, removed: [session.id] })
  })

  test('says what is wrong with a bad request, and goes on serving', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    await client.daemon()
    const good = commandSession(home, ['true'])
    const create = (body: unknown) => refusal(home, post('/v1/sessions', JSON.stringify(body)))
    expect(await refusal(home, 'GET /nothing/here HTTP/1.0\r\n\r\n')).toMatchObject({ status: 404, code: 'no-such-route' })
    expect(await refusal(home, 'PUT /v1/sessions HTTP/1.0\r\n\r\n')).toMatchObject({ status: 404, code: 'no-such-route' })
    expect(await refusal(home, 'GET /v1/sessions/%zz HTTP/1.0\r\n\r\n')).toMatchObject({ status: 400, code: 'bad-request' })
    expect(await refusal(home, 'GET // HTTP/1.0\r\n\r\n')).toMatchObject({ status: 400, code: 'bad-request' })
    expect(await refusal(home, post('/v1/sessions', '{"profile":'))).toMatchObject({ status: 400, code: 'bad-request' })
    expect(await refusal(home, post('/v1/sessions', ''))).toMatchObject({ status: 400, code: 'bad-request' })
    expect(await create({})).toMatchObject({ code: 'bad-request', message: expect.stringContaining('profile') })
    expect(await create({ ...good, kind: 'socket' })).toMatchObject({
      code: 'bad-request',
      message: expect.stringContaining('kind'),
    })
    expect(await create({ ...good, env: { A: 1 } })).toMatchObject({
      code: 'bad-request',
      message: expect.stringContaining('env.A'),
    })
    expect(await create({ ...good, size: { cols: 0, rows: 1 } })).toMatchObject({ status: 400, code: 'bad-size' })
    expect(await create({ ...good, size: { cols: 80, rows: 9999 } })).toMatchObject({ status: 400, code: 'bad-size' })
    expect((await client.listSessions({ all: true })).sessions).toEqual([])
  })

  test('refuses a body above its limit with an answer, not with a reset', async () => {
    await using home = temporaryHome()
    await clientOf(home).daemon()
    const large = post('/v1/sessions', Buffer.alloc(9 * 1024 * 1024, 0x20))
    expect(await refusal(home, large)).toMatchObject({ status: 413, code: 'request-too-large' })
  })

  test('takes the largest environment that the kernel takes', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const filler = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`FILLER_${index}`, '\u0001'.repeat(100_000)]))
    const { id } = await startScript(client, home, 'exit 0', { env: { ...home.env, ...filler } })
    expect(await ended(client, id)).toMatchObject({ exit: { code: 0 } })
  })

  test('refuses a client of another protocol before it does anything, except for asking and stopping', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    await client.daemon()
    const old = (target: string) => `GET ${target} HTTP/1.0\r\nPerch-Protocol: 99\r\n\r\n`
    expect(await refusal(home, old('/v1/sessions'))).toMatchObject({ code: 'version-mismatch' })
    const { head, status } = await exchangeRaw(home, 'GET /v1/daemon HTTP/1.0\r\n\r\n')
    expect(status).toBe(200)
    expect(head.toLowerCase()).toContain('perch-protocol: 1')
  })

  test('is described by an OpenAPI document that has every route', async () => {
    await using home = temporaryHome()
    const document = (await clientOf(home).openApi()) as { openapi: string; paths: Record<string, Record<string, unknown>> }
    expect(document.openapi).toMatch(/^3\.1\./)
    for (const { method, path } of Object.values(routes)) {
      expect(document.paths[path]?.[method.toLowerCase()]).toMatchObject({ operationId: expect.any(String) })
    }
    const text = JSON.stringify(document)
    expect(text).toContain('"requestBody"')
    expect(text).toContain('mergeStderr')
    expect(text).toContain('"labels":{"type":"object","additionalProperties":{"type":"string"}}')
  })

  test('survives garbage on its socket', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    await client.daemon()
    for (const garbage of ['\0\0\0\0', 'hello\r\n\r\n', `GET / HTTP/1.1\r\n${'x'.repeat(20_000)}`]) {
      expect((await exchangeRaw(home, garbage)).status).toBeGreaterThanOrEqual(400)
    }
    expect((await client.listSessions()).sessions).toEqual([])
  })

  test('filters the list by profile and label', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    await client.createProfile({ name: 'work', agent: 'command' })
    const one = await startScript(client, home, 'exec sleep 100', { labels: { team: 'a', env: 'x=y' } })
    const two = await startScript(client, home, 'exec sleep 100', { profile: 'work', labels: { team: 'a' } })
    const ids = async (filter: Parameters<typeof client.listSessions>[0]) =>
      (await client.listSessions(filter)).sessions.map(({ id }) => id)
    expect(await ids({})).toEqual([two.id, one.id])
    expect(await ids({ profile: 'work' })).toEqual([two.id])
    expect(await ids({ labels: ['team=a'] })).toEqual([two.id, one.id])
    expect(await ids({ labels: ['team=a', 'env=x=y'] })).toEqual([one.id])
    await expect(ids({ labels: ['nonsense'] })).rejects.toMatchObject({ code: 'bad-request' })
  })

  test('reads an ended log from an offset or by its last lines, and refuses what it does not have', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const { id } = await startScript(client, home, 'printf "one\\ntwo\\nthree"')
    await ended(client, id)
    const read = async (start: { from: number } | { tail: number }) => {
      const { offset, bytes } = await client.readLog(id, 'stdout', start)
      const chunks: Buffer[] = []
      for await (const chunk of bytes) chunks.push(chunk)
      return [offset, Buffer.concat(chunks).toString()]
    }
    expect(await read({ from: 0 })).toEqual([0, 'one\ntwo\nthree'])
    expect(await read({ from: 4 })).toEqual([4, 'two\nthree'])
    expect(await read({ from: 99 })).toEqual([13, ''])
    expect(await read({ tail: 2 })).toEqual([4, 'two\nthree'])
    expect(await read({ tail: 0 })).toEqual([13, ''])
    await expect(client.readLog(id, 'pty', { from: 0 })).rejects.toMatchObject({ code: 'stream-unavailable' })
    const noStream = `GET /v1/sessions/${id}/log?stream=constructor HTTP/1.0\r\n\r\n`
    expect(await refusal(home, noStream)).toMatchObject({ code: 'stream-unavailable' })
    const live = await startScript(client, home, 'exec sleep 100')
    await expect(client.readLog(live.id, 'stdout', { from: 0 })).rejects.toMatchObject({ code: 'session-live' })
  })
})

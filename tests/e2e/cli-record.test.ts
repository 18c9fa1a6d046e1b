/** `perch record export`: sessions as recordings, while they run and after, and files that are whole or not there. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { NewSession } from '../../src/api/control.js'
import { decodeIndexRecords } from '../../src/api/log-index.js'
import { connectHost } from '../../src/client/host-connection.js'
import type { PerchClient } from '../../src/client/perch-client.js'
import { clientOf, ended, startScript } from '../daemon/kit/sessions.js'
import { until } from '../kit/bounded.js'
import { perch, perchBundle, perchText, startPerch } from '../kit/perch-program.js'
import { requiresPlatform, requiresRoot } from '../kit/requirement.js'
import { runProgram } from '../kit/running-program.js'
import { mountSmallDisk } from '../kit/small-disk.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'
import { parseCast, readCast } from './recording.js'

const BOUND_MS = 20_000

/** The `.idx` records of a stream, as the host wrote them. */
function indexOf(home: TemporaryHome, session: string, stream: string) {
  const folder = join(home.paths.state, 'sessions', session, 'log')
  const names = readdirSync(folder).filter((name) => name.startsWith(`${stream}.`) && name.endsWith('.idx'))
  return names.flatMap((name) => decodeIndexRecords(readFileSync(join(folder, name))))
}

async function written(client: PerchClient, session: string, stream: string, bytes: number): Promise<void> {
  const look = async () => (await client.showSession(session)).session.streams[stream]?.end === bytes
  await until(look, BOUND_MS, () => `${bytes} bytes of ${stream}`)
}

async function pressEnter(client: PerchClient, session: string, times = 1): Promise<void> {
  const host = await connectHost((await client.endpoint(session)).socket ?? '')
  await host.input.write(Buffer.from('\n'.repeat(times)))
  await host.input.settled()
  host.close()
}

/** A session that has done what the script says and ended. */
async function over(home: TemporaryHome, script: string, more: Partial<NewSession> = {}): Promise<string> {
  const client = clientOf(home)
  const { id } = await startScript(client, home, script, more)
  await ended(client, id)
  return id
}

function configure(home: TemporaryHome, line: string): void {
  mkdirSync(home.perchHome, { mode: 0o700 })
  writeFileSync(join(home.perchHome, 'config.toml'), `[sessions]\n${line}\n`)
}

test('the recording of a terminal has what it wrote with the times and sizes of its log, live and after its end', async () => {
  await using home = temporaryHome()
  const script = String.raw`stty -echo -onlcr; printf 'one\n'; read x; printf '\033[31m\303'; read x; printf '\251 \377\n'; read x; printf end`
  const client = clientOf(home)
  const { id } = await startScript(client, home, script, { kind: 'pty', size: { cols: 80, rows: 24 }, name: 'demo' })
  const cast = () => join(home.home, 'demo.cast')
  const exported = async () => {
    await perchText(home, ['record', 'export', 'demo', 'demo.cast', '--force'])
    return readCast(cast())
  }
  await written(client, id, 'pty', 4)
  await client.resizeSession(id, { cols: 100, rows: 30 })
  await pressEnter(client, id)
  await written(client, id, 'pty', 10)
  // What is half a character so far is one that is cut off, as far as this recording goes.
  expect(await exported()).toMatchObject({
    header: { version: 2, width: 80, height: 24, title: `${id} (demo)` },
    text: 'one\n\x1b[31m\ufffd',
  })
  await pressEnter(client, id, 2)
  await ended(client, id)
  const { header, events, text } = await exported()
  const log = (await perch(home, ['logs', id])).stdout
  expect(log.includes(0xff)).toBe(true)
  expect(text).toBe(log.toString('utf8'))
  expect(events.filter(([, kind]) => kind === 'r').map(([, , size]) => size)).toEqual(['100x30'])
  expect(events.findIndex(([, kind]) => kind === 'r')).toBe(1)
  const index = indexOf(home, id, 'pty')
  // The size is noted a little before the first output, with which the recording begins.
  const first = index.find(({ kind }) => kind === 'time')
  const times = index.map(({ unixMs }) => (unixMs - (first?.unixMs ?? 0)) / 1000)
  for (const [seconds] of events) expect(times).toContain(seconds)
  expect(events.at(-1)?.[0]).toBe(times.at(-1))
  expect(header.timestamp).toBe(Math.floor((first?.unixMs ?? 0) / 1000))
  expect(Object.keys(header).sort()).toEqual(['height', 'timestamp', 'title', 'version', 'width'])
  expect(statSync(cast()).mode & 0o777).toBe(0o600)
  expect(await perchText(home, ['replay', 'demo.cast'])).toBe(text)
})

test('the recording of pipes has both by their times, with line ends of a terminal, on standard output', async () => {
  await using home = temporaryHome()
  const client = clientOf(home)
  const { id } = await startScript(client, home, 'echo out; read x; echo err >&2; read x; printf "more\\n\\n"; read x')
  await written(client, id, 'stdout', 4)
  await pressEnter(client, id)
  await written(client, id, 'stderr', 4)
  await pressEnter(client, id)
  await written(client, id, 'stdout', 10)
  const { code, stdout, stderr } = await perch(home, ['record', 'export', id, '-'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(parseCast(stdout.toString())).toMatchObject({
    header: { width: 80, height: 24, title: id },
    text: 'out\r\nerr\r\nmore\r\n\r\n',
  })
})

describe('what is missing is said', () => {
  test('the beginning of a log that was dropped', async () => {
    await using home = temporaryHome()
    configure(home, 'log-bytes = 100000')
    const id = await over(home, 'seq 100000')
    const done = await perch(home, ['record', 'export', id, '-'])
    const log = (await perch(home, ['logs', id])).stdout.toString()
    const { end } = (await clientOf(home).showSession(id)).session.streams.stdout ?? { end: 0 }
    expect(done.stderr).toMatch(/^perch: \d+ bytes of stdout are gone \(0 to \d+\)\n$/)
    expect(done.stderr).toContain(`(0 to ${end - log.length})`)
    expect(parseCast(done.stdout.toString()).text).toBe(log.replaceAll('\n', '\r\n'))
  })

  test('the times of a log that is kept in memory, live and after its end', async () => {
    await using home = temporaryHome()
    configure(home, 'log = "memory"')
    const client = clientOf(home)
    const { id } = await startScript(client, home, 'printf one; read x; exit', { kind: 'pty' })
    await written(client, id, 'pty', 3)
    const live = await perch(home, ['record', 'export', id, '-'])
    await pressEnter(client, id)
    await ended(client, id)
    const after = await perch(home, ['record', 'export', id, '-'])
    for (const { code, stderr } of [live, after])
      expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('nobody noted when') })
    expect(parseCast(live.stdout.toString()).events).toEqual([[0, 'o', 'one']])
    expect(parseCast(after.stdout.toString()).events).toEqual([[0, 'o', 'one\r\n']])
  })
})

test('what is not held, not there or not to be told apart is refused', async () => {
  await using home = temporaryHome({ mayLeave: ['socket'] })
  configure(home, 'log = "memory"')
  const client = clientOf(home)
  const { id, hostPid } = await startScript(client, home, 'echo one; cat')
  await written(client, id, 'stdout', 4)
  process.kill(hostPid ?? 0, 'SIGKILL')
  await ended(client, id)
  expect(await perch(home, ['record', 'export', id, 'x.cast'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('nothing of what'),
  })
  expect(await perch(home, ['record', 'export', 'nobody', 'x.cast'])).toMatchObject({ code: 3 })
  expect(await perch(home, ['record', 'export', id, '-', '--json'])).toMatchObject({ code: 2 })
  expect(readdirSync(home.home)).toEqual([])
})

describe('the file', () => {
  test('is not replaced without --force, also when two are at it; a folder or a device never is', async () => {
    await using home = temporaryHome()
    const id = await over(home, 'echo hello')
    const folder = home.folder('work')
    const run = (...args: readonly string[]) => perch(home, ['record', 'export', id, ...args], { cwd: folder })
    const both = await Promise.all([run('new.cast'), run('new.cast')])
    expect(both.map(({ code }) => code).sort()).toEqual([0, 4])
    expect(readCast(join(folder, 'new.cast')).text).toBe('hello\r\n')
    const forced = await run('new.cast', '--force', '--json')
    expect(JSON.parse(forced.stdout.toString())).toMatchObject({
      schema: 1,
      recording: { session: id, file: join(folder, 'new.cast'), bytes: 6, missingBytes: 0, untimedBytes: 0 },
    })
    writeFileSync(join(folder, 'mine'), 'kept')
    symlinkSync('mine', join(folder, 'link'))
    expect(await run('link')).toMatchObject({ code: 4, stderr: expect.stringContaining('--force') })
    expect(readFileSync(join(folder, 'mine'), 'utf8')).toBe('kept')
    expect(await run('link', '--force')).toMatchObject({ code: 0 })
    expect(readCast(join(folder, 'mine')).text).toBe('hello\r\n')
    for (const [file, message] of [
      ['.', 'is a folder'],
      ['/dev/null', 'no regular file'],
      ['nowhere/x.cast', 'does not exist'],
    ] as const) {
      expect(await run(file, '--force')).toMatchObject({ code: 1, stderr: expect.stringContaining(message) })
    }
    expect(readdirSync(folder).sort()).toEqual(['link', 'mine', 'new.cast'])
  })

  test('is not there when perch was killed, while it wrote or when it was done', async () => {
    await using home = temporaryHome({ mayLeave: ['staging-file'] })
    const id = await over(home, 'seq 40000')
    const folder = home.folder('work')
    for (const place of ['recording-begun', 'recording-written']) {
      const killed = await perch(home, ['record', 'export', id, 'x.cast'], { cwd: folder, env: { PERCH_FAILPOINT: place } })
      expect(killed.signal).toBe('SIGKILL')
      expect(existsSync(join(folder, 'x.cast'))).toBe(false)
    }
    const staged = readdirSync(folder).map((name) => statSync(join(folder, name)).size)
    expect(staged).toHaveLength(2)
    await perchText(home, ['record', 'export', id, 'x.cast'], { cwd: folder })
    expect(readCast(join(folder, 'x.cast')).text).toContain('\r\n40000\r\n')
    expect(Math.min(...staged)).toBeLessThan(statSync(join(folder, 'x.cast')).size)
    // Whoever stops reading standard output ends it as well, without a word.
    const script = '{ "$0" "$1" record export "$2" -; echo "code $?" >&2; } | head -c 9'
    const unread = await runProgram('/bin/sh', ['-c', script, process.execPath, perchBundle(), id], { env: home.env })
    expect(unread).toMatchObject({ stdout: Buffer.from('{"version'), stderr: 'code 0\n' })
  })

  test('is not there when perch was ended while it waited for a host, nor replaced when it came meanwhile', async () => {
    await using home = temporaryHome()
    const { id, hostPid } = await startScript(clientOf(home), home, 'cat')
    const folder = home.folder('work')
    const exportingTo = async (file: string) => {
      const exporting = startPerch(home, ['record', 'export', id, file], { cwd: folder })
      await until(
        () => readdirSync(folder).length > 0,
        BOUND_MS,
        () => 'the staged file',
      )
      return exporting
    }
    process.kill(hostPid ?? 0, 'SIGSTOP')
    try {
      await using ended = await exportingTo('x.cast')
      ended.kill('SIGINT')
      expect(await ended.finished).toMatchObject({ code: 130, stderr: expect.stringContaining('was not written') })
      expect(readdirSync(folder)).toEqual([])
      await using late = await exportingTo('x.cast')
      writeFileSync(join(folder, 'x.cast'), 'of somebody else')
      process.kill(hostPid ?? 0, 'SIGCONT')
      expect(await late.finished).toMatchObject({ code: 4, stderr: expect.stringContaining('is there already') })
    } finally {
      process.kill(hostPid ?? 0, 'SIGCONT')
    }
    expect(readdirSync(folder)).toEqual(['x.cast'])
    expect(readFileSync(join(folder, 'x.cast'), 'utf8')).toBe('of somebody else')
  })

  test('is not there, and nothing beside it, where the disk is full or may only be read', async (context) => {
    requiresPlatform(context, 'linux')
    requiresRoot(context)
    await using home = temporaryHome()
    const id = await over(home, 'seq 20000')
    const folder = home.folder('disk')
    const run = () => perch(home, ['record', 'export', id, join(folder, 'x.cast')])
    {
      await using disk = mountSmallDisk(folder, 'size=256k')
      disk.fill()
      expect(await run()).toMatchObject({ code: 1, stderr: expect.stringContaining('no space left') })
      expect(readdirSync(folder)).toEqual(['fill'])
      disk.empty()
      expect(await run()).toMatchObject({ code: 0 })
    }
    await using _ = mountSmallDisk(folder, 'ro')
    expect(await run()).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be written') })
  })
})

/** Tees of real sessions: where they begin and end, what they get, what they are refused. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { AddTeeParams } from '../../../src/api/tee-protocol.js'
import { type TemporaryHome, temporaryHome } from '../../kit/temporary-home.js'
import { endHost, startHost } from '../kit/host-program.js'
import { HostReader } from '../kit/host-reader.js'
import { addTee, removeTee, teeOf, untilTee } from './tee-client.js'

const ECHO = ['sh', '-c', 'while read -r line; do echo "<$line>"; echo "!$line" >&2; done; exit 6'] as const

function fileIn(home: TemporaryHome, name: string): { readonly path: string; readonly target: AddTeeParams['target'] } {
  const path = join(home.home, name)
  return { path, target: { kind: 'file', path } }
}

const text = (path: string) => readFileSync(path, 'utf8')

async function say(reader: HostReader, line: string): Promise<void> {
  await reader.type(`${line}\n`)
  await reader.waitForText('stdout', `<${line}>`)
}

describe('a tee', () => {
  test('begins where it is asked to, on the stream that is asked for, many of them at once', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ECHO })
    await using reader = await HostReader.attach(host.socket, { mode: 'controller' })
    await say(reader, 'one')
    await say(reader, 'two')
    const tees = {
      live: fileIn(home, 'live'),
      start: fileIn(home, 'start'),
      tail: fileIn(home, 'tail'),
      errors: fileIn(home, 'errors'),
      input: fileIn(home, 'input'),
    }
    await addTee(reader, { target: tees.live.target })
    await addTee(reader, { target: tees.start.target, from: { at: 'offset', offset: 0 }, policy: 'drop-newest' })
    await addTee(reader, { target: tees.tail.target, from: { at: 'tail', lines: 1 } })
    await addTee(reader, { target: tees.errors.target, stream: 'stderr', policy: 'block' })
    await addTee(reader, { target: tees.input.target, stream: 'stdin' })
    await say(reader, 'three')
    await reader.endInput()
    const { exit, tees: ended } = await host.exitRecord()
    expect(exit).toMatchObject({ code: 6, outcome: 'exited' })
    expect(Object.fromEntries(Object.entries(tees).map(([name, { path }]) => [name, text(path)]))).toEqual({
      live: '<three>\n',
      start: '<one>\n<two>\n<three>\n',
      tail: '<two>\n<three>\n',
      errors: '!three\n',
      input: 'three\n',
    })
    expect(
      ended?.map(({ id, stream, policy, missed, connected, problem }) => [id, stream, policy, missed, connected, problem]),
    ).toEqual([
      ['t1', 'stdout', 'drop-oldest', 0, false, null],
      ['t2', 'stdout', 'drop-newest', 0, false, null],
      ['t3', 'stdout', 'drop-oldest', 0, false, null],
      ['t4', 'stderr', 'block', 0, false, null],
      ['t5', 'stdin', 'drop-oldest', 0, false, null],
    ])
  })

  test('that is removed has everything up to then and nothing after; its id is not used again', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ECHO })
    await using reader = await HostReader.attach(host.socket, { mode: 'controller' })
    const first = fileIn(home, 'first')
    const { id } = await addTee(reader, { target: first.target })
    await say(reader, 'one')
    expect(await removeTee(reader, id)).toMatchObject({ id, offset: 6, lag: 0, missed: 0, connected: false, problem: null })
    await say(reader, 'two')
    expect(text(first.path)).toBe('<one>\n')
    expect((await reader.status()).tees).toEqual([])
    await expect(removeTee(reader, id)).rejects.toMatchObject({ code: 'tee-not-found' })
    expect((await addTee(reader, { target: fileIn(home, 'second').target })).id).toBe('t2')
    await endHost(host)
  })

  test('of a terminal gets what the log gets; of its input, every key that was typed', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { kind: 'pty', argv: ['sh', '-c', 'read -r line; echo "<$line>"; cat > /dev/null'] })
    await using reader = await HostReader.attach(host.socket, { mode: 'controller' })
    const output = fileIn(home, 'output')
    const input = fileIn(home, 'input')
    await addTee(reader, { target: output.target, from: { at: 'offset', offset: 0 } })
    await addTee(reader, { target: input.target, stream: 'stdin' })
    await reader.type('one\n')
    await reader.waitForText('pty', '<one>')
    await reader.endInput()
    await host.exitRecord()
    await reader.untilClosed()
    expect(readFileSync(output.path).equals(reader.bytes('pty'))).toBe(true)
    expect(text(input.path)).toBe('one\n\u0004')
  })

  test('of the input has exactly what the program took, of a write that was cut off too', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ['sh', '-c', 'sleep 1000'] })
    await using watcher = await HostReader.connect(host.socket)
    const input = fileIn(home, 'input')
    const { id } = await addTee(watcher, { target: input.target, stream: 'stdin' })
    const writer = await HostReader.connect(host.socket)
    await writer.type('x'.repeat(500_000))
    await untilTee(watcher, id, 'the pipe to be full', ({ offset = 0, lag }) => offset > 0 && lag === 0)
    await writer[Symbol.asyncDispose]()
    await endHost(host)
    const { tees } = await host.exitRecord()
    const taken = tees?.[0]?.offset ?? 0
    expect(taken).toBeLessThan(500_000)
    expect(text(input.path)).toBe('x'.repeat(taken))
  })

  test('of input that was closed, or of output that the program closed, ends with that and keeps its last status', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ['sh', '-c', 'exec >&-; cat >&2; read -r stay < "$0"; exit 0', '/dev/null'] })
    await using reader = await HostReader.attach(host.socket, { mode: 'controller', streams: ['stderr'] })
    const output = await addTee(reader, { target: fileIn(home, 'output').target })
    await untilTee(reader, output.id, 'its end', ({ connected }) => connected === false)
    const input = await addTee(reader, {
      target: { kind: 'command', command: 'cat > input', cwd: home.home, env: home.env },
      stream: 'stdin',
    })
    await reader.type('all\n')
    await reader.endInput()
    const { tees } = await host.exitRecord()
    expect(tees?.find(({ id }) => id === input.id)).toMatchObject({ connected: false, problem: null, offset: 4 })
    expect(text(join(home.home, 'input'))).toBe('all\n')
  })
})

describe('a tee is refused', () => {
  const cases: readonly [what: string, kind: 'pty' | 'pipe', params: Omit<AddTeeParams, 'target'>, code: string][] = [
    ['that would hold back a terminal', 'pty', { policy: 'block' }, 'bad-request'],
    ['that would hold back the input', 'pipe', { stream: 'stdin', policy: 'block' }, 'bad-request'],
    ['of input that is gone', 'pipe', { stream: 'stdin', from: { at: 'offset', offset: 0 } }, 'bad-request'],
    ['of a stream that a terminal does not have', 'pty', { stream: 'stderr' }, 'stream-unavailable'],
    ['of a stream that pipes do not have', 'pipe', { stream: 'pty' }, 'stream-unavailable'],
  ]
  test.each(cases)('%s', async (_, kind, params, code) => {
    await using home = temporaryHome()
    const host = await startHost(home, { kind, argv: ['cat'] })
    await using reader = await HostReader.connect(host.socket)
    const path = join(home.home, 'precious')
    writeFileSync(path, 'kept')
    await expect(addTee(reader, { ...params, target: { kind: 'file', path } })).rejects.toMatchObject({ code })
    expect(text(path)).toBe('kept')
    expect((await reader.status()).tees).toEqual([])
    await endHost(host)
  })

  test('beyond the sixty-fourth, without a file being touched; and there is room again when one is removed', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ['cat'] })
    await using reader = await HostReader.attach(host.socket, { mode: 'controller' })
    for (let number = 0; number < 64; number++) await addTee(reader, { target: fileIn(home, `out${number}`).target })
    const { path, target } = fileIn(home, 'one-more')
    await expect(addTee(reader, { target })).rejects.toMatchObject({ code: 'too-many-tees' })
    expect(() => text(path)).toThrow('ENOENT')
    await removeTee(reader, 't1')
    await addTee(reader, { target })
    await reader.type('hello\n')
    await reader.waitForText('stdout', 'hello')
    await reader.endInput()
    await host.exitRecord()
    for (const name of ['out1', 'out63', 'one-more']) expect(text(join(home.home, name))).toBe('hello\n')
  })
})

test('as many tees as there may be, with commands as long as they may be, do not keep a session from being shown', async () => {
  await using home = temporaryHome()
  const host = await startHost(home, { argv: ['cat'] })
  await using reader = await HostReader.attach(host.socket, { mode: 'controller' })
  const command = `cat > /dev/null # ${'x'.repeat(120_000)}`
  for (let number = 0; number < 64; number++) {
    await addTee(reader, { target: { kind: 'command', command, cwd: home.home, env: {} } })
  }
  expect((await reader.status()).tees[63]?.target).toMatch(/^cat > .{0,1000}…$/)
  const huge = { kind: 'command', command: 'cat', cwd: home.home, env: { HUGE: 'x'.repeat(2_000_000) } } as const
  await expect(addTee(reader, { target: huge })).rejects.toMatchObject({ code: 'request-too-large' })
  await reader.endInput()
  await reader.untilClosed()
  expect(reader.exit?.tees).toHaveLength(64)
  expect((await host.exitRecord()).tees).toHaveLength(64)
})

describe('a sink that fails', () => {
  test('is told of once, and harms neither the program nor another reader', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ECHO })
    await using reader = await HostReader.attach(host.socket, { mode: 'controller' })
    await reader.channel.request('subscribe', {})
    const good = fileIn(home, 'good')
    await addTee(reader, { target: good.target })
    const full = await addTee(reader, { target: { kind: 'file', path: '/dev/full' }, policy: 'block' })
    const command = await addTee(reader, { target: { kind: 'command', command: 'exit 3', cwd: home.home, env: home.env } })
    await say(reader, 'one')
    await untilTee(reader, full.id, 'its failure', ({ problem }) => problem === 'no space left to write /dev/full')
    await untilTee(reader, command.id, 'its failure', ({ problem }) => problem === 'the command exited with code 3')
    await say(reader, 'two')
    await reader.waitFor('both events', () => reader.events.filter(({ type }) => type === 'tee-failed').length === 2)
    expect(
      reader.events
        .filter(({ type }) => type === 'tee-failed')
        .map(({ tee, problem }) => [tee, problem])
        .sort(),
    ).toEqual([
      [full.id, 'no space left to write /dev/full'],
      [command.id, 'the command exited with code 3'],
    ])
    expect(await teeOf(reader, full.id)).toMatchObject({ connected: false, offset: 0, lag: 12 })
    await removeTee(reader, full.id)
    await reader.endInput()
    await host.exitRecord()
    expect(text(good.path)).toBe('<one>\n<two>\n')
    expect(host.journal()).toBe('')
  })
})

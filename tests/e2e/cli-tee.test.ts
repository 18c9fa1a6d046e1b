/** `perch tee`: what a session writes, also in a file or a command, from the command line on. */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { until } from '../kit/bounded.js'
import { perch, perchJson, perchText } from '../kit/perch-program.js'
import { killDaemon, showSession, startSession } from '../kit/perch-session.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'

/** Everything here takes well under a second on an idle machine. */
const BOUND_MS = 20_000

/** Answers each line on both outputs, and ends with its input. */
const ANSWERING = ['--', 'sh', '-c', 'while read -r line; do echo "out $line"; echo "err $line" >&2; done']

async function answering(home: TemporaryHome, ...flags: readonly string[]): Promise<string> {
  return (await startSession(home, 'exec', [...flags, ...ANSWERING])).id
}

async function say(home: TemporaryHome, session: string, line: string): Promise<void> {
  await perchText(home, ['send', session, line, '--enter'])
}

/** Resolves when the file holds exactly this. */
async function holds(path: string, text: string): Promise<void> {
  const content = () => (existsSync(path) ? readFileSync(path, 'utf8') : '')
  await until(
    () => content() === text,
    BOUND_MS,
    () => `${JSON.stringify(text)} in ${path}, which holds ${JSON.stringify(content())}`,
  )
}

describe('a tee to a file', () => {
  test('of the folder it was asked in has what comes from then on, to the last byte, and only for its owner', async () => {
    await using home = temporaryHome()
    const id = await answering(home)
    await say(home, id, 'before')
    const folder = home.folder('work')
    await perch(home, ['wait', id, '--pattern', 'out before', '--from', '0'])
    expect(await perchText(home, ['tee', id, '--file', 'out.log'], { cwd: folder })).toBe('t1')
    await say(home, id, 'after')
    await perchText(home, ['send', id, '--eof'])
    await perchText(home, ['wait', id])
    expect(readFileSync(join(folder, 'out.log'), 'utf8')).toBe('out after\n')
    expect(statSync(join(folder, 'out.log')).mode & 0o777).toBe(0o600)
  })

  test('empties it, or appends, and rotates at a size', async () => {
    await using home = temporaryHome()
    const id = await answering(home)
    const file = (name: string) => join(home.home, name)
    for (const name of ['new', 'old']) writeFileSync(file(name), 'kept\n')
    await perchText(home, ['tee', id, '--file', 'new'])
    await perchText(home, ['tee', id, '--file', 'old', '--append'])
    await perchText(home, ['tee', id, '--file', 'many', '--rotate', '6B', '--keep', '2'])
    for (const line of ['1', '2', '3', '4']) await say(home, id, line)
    await perchText(home, ['send', id, '--eof'])
    await perchText(home, ['wait', id])
    const all = 'out 1\nout 2\nout 3\nout 4\n'
    expect(readFileSync(file('new'), 'utf8')).toBe(all)
    expect(readFileSync(file('old'), 'utf8')).toBe(`kept\n${all}`)
    const kept = ['many.2', 'many.1', 'many'].map((name) => (existsSync(file(name)) ? readFileSync(file(name), 'utf8') : ''))
    expect(all.endsWith(kept.join(''))).toBe(true)
    expect(existsSync(file('many.1'))).toBe(true)
    expect(existsSync(file('many.3'))).toBe(false)
  })
})

test('a tee to a command runs in the folder and with the environment of who asked, on the stream that was asked for', async () => {
  await using home = temporaryHome()
  const id = await answering(home)
  const folder = home.folder('work')
  const options = { cwd: folder, env: { MARK: 'of this shell' } }
  await perchText(home, ['tee', id, '--command', '{ echo "$MARK"; cat; } > got', '--stream', 'stderr'], options)
  await say(home, id, 'x')
  await perchText(home, ['send', id, '--eof'])
  await perchText(home, ['wait', id])
  await holds(join(folder, 'got'), 'of this shell\nerr x\n')
})

test('a tee of the input has what the session was sent', async () => {
  await using home = temporaryHome()
  const id = await answering(home)
  await perchText(home, ['tee', id, '--file', 'in', '--stream', 'stdin'])
  await say(home, id, 'typed')
  await holds(join(home.home, 'in'), 'typed\n')
})

describe('the tees of a session', () => {
  test('are listed, told by show, removed one by one, and survive a killed daemon', async () => {
    await using home = temporaryHome()
    const id = await answering(home)
    const log = join(home.home, 'log')
    const { tee } = (await perchJson(home, ['tee', id, '--file', 'log', '--policy', 'block'])) as { tee: object }
    expect(tee).toMatchObject({ id: 't1', stream: 'stdout', kind: 'file', policy: 'block', missed: 0, target: log })
    await perchText(home, ['tee', id, '--command', 'cat > /dev/null', '--policy', 'drop-newest'])
    killDaemon(home)
    await say(home, id, 'x')
    await holds(log, 'out x\n')
    const { tees } = (await perchJson(home, ['tee', 'ls', id])) as { tees: readonly object[] }
    expect(tees).toMatchObject([
      { id: 't1', offset: 6, lag: 0, missed: 0, connected: true },
      { id: 't2', kind: 'command', policy: 'drop-newest', target: 'cat > /dev/null' },
    ])
    expect(await perchText(home, ['show', id])).toContain(`t1 stdout to file ${log}`)
    expect(await perchText(home, ['tee', 'rm', id, 't1'])).toBe('t1 removed')
    expect(await perch(home, ['tee', 'rm', id, 't1'])).toMatchObject({ code: 3, stderr: expect.stringContaining('no tee t1') })
    expect((await showSession(home, id)).tees).toMatchObject([{ id: 't2' }])
    await say(home, id, 'y')
    expect(readFileSync(log, 'utf8')).toBe('out x\n')
  })

  test('are still told when it has ended, as they were at their end', async () => {
    await using home = temporaryHome()
    const id = await answering(home, '-n', 'one')
    expect(await perch(home, ['tee', 'ls', 'one'])).toMatchObject({
      code: 0,
      stderr: `perch: no tee follows ${id} (one)\n`,
    })
    await perchText(home, ['tee', id, '--file', 'log'])
    await say(home, id, 'x')
    await perchText(home, ['send', id, '--eof'])
    await perchText(home, ['wait', id])
    expect(await perchText(home, ['tee', 'ls', 'one'])).toMatch(/t1 +stdout +file +drop-oldest +6 +0 +0 .*log +ended$/)
    expect(await perchJson(home, ['tee', 'ls', 'one'])).toMatchObject({ schema: 1, tees: [{ id: 't1', offset: 6, missed: 0 }] })
  })

  test('of a session that is called ls are reached by its id', async () => {
    await using home = temporaryHome()
    const id = await answering(home, '-n', 'ls')
    expect(await perchText(home, ['tee', id, '--file', 'log'])).toBe('t1')
    expect(await perchText(home, ['tee', 'ls', 'ls'])).toContain('t1')
    expect(await perch(home, ['tee', 'ls', '--file', 'log'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('tee ls has no option'),
    })
  })
})

describe('what is refused, and leaves nothing behind', () => {
  test.each([
    ['a path that is a folder', ['--file', 'folder'], 1],
    ['a folder that does not exist', ['--file', 'nowhere/log'], 1],
    ['a stream that the session does not have', ['--file', 'x', '--stream', 'pty'], 1],
    ['neither a file nor a command', [], 2],
  ])('%s', async (_, args, code) => {
    await using home = temporaryHome()
    mkdirSync(join(home.home, 'folder'))
    const id = await answering(home)
    expect(await perch(home, ['tee', id, ...args])).toMatchObject({ code, stderr: expect.stringMatching(/^perch: /) })
    expect((await showSession(home, id)).tees).toEqual([])
  })

  test('holding back a terminal', async () => {
    await using home = temporaryHome()
    const { id } = await startSession(home, 'exec', ['--pty', '--', 'cat'])
    expect(await perch(home, ['tee', id, '--file', 'x', '--policy', 'block'])).toMatchObject({ code: 2 })
    expect(await perchText(home, ['tee', id, '--file', 'x'])).toBe('t1')
  })

  test('an environment that is larger than what can be told', async () => {
    await using home = temporaryHome()
    const id = await answering(home)
    const env = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`LARGE_${index}`, 'x'.repeat(100_000)]))
    const done = await perch(home, ['tee', id, '--command', 'cat', '--json'], { env })
    expect(done.code).toBe(2)
    expect(JSON.parse(done.stdout.toString())).toMatchObject({ error: { code: 'request-too-large' } })
    expect(await perchText(home, ['tee', id, '--file', 'x'], { env })).toBe('t1')
  })

  test('a session that has ended', async () => {
    await using home = temporaryHome()
    const id = await answering(home)
    await perchText(home, ['kill', id])
    for (const args of [
      ['tee', id, '--file', 'x'],
      ['tee', 'rm', id, 't1'],
    ]) {
      expect(await perch(home, args)).toMatchObject({ code: 1, stderr: expect.stringContaining(`${id} has ended`) })
    }
    expect(existsSync(join(home.home, 'x'))).toBe(false)
  })
})

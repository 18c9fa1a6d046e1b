/** Opening sessions inside this process: what runs, with what, and what is refused before anything exists. */
import { readdirSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openPipeSession, openPtySession } from '../../src/library/open-session.js'
import type { PipeSessionOptions } from '../../src/library/session-options.js'
import { childrenOfThisProcess } from '../kit/marked-processes.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { collect, readUntil } from './kit/collected.js'

describe('a session on pipes', () => {
  it('keeps stdout and stderr apart, and tells the ends before the exit and the exit before the end', async () => {
    await using home = temporaryHome()
    await using session = await openPipeSession({ command: 'echo out; echo err >&2; exit 3', env: home.env, cwd: home.home })
    expect(session).toMatchObject({ kind: 'pipe', streams: ['stdout', 'stderr'], pid: expect.any(Number) })
    const all = await collect(session.attach())
    expect(all.text('stdout')).toBe('out\n')
    expect(all.text('stderr')).toBe('err\n')
    expect(all.order.slice(-2)).toEqual(['exit', 'closed'])
    expect(all.order.filter((name) => name.startsWith('end')).sort()).toEqual(['end stderr', 'end stdout'])
    expect(all.exit?.exit).toMatchObject({ code: 3, signal: null, outcome: 'exited' })
    expect(all.closed).toMatchObject({ reason: 'ended' })
    expect(await session.ended).toEqual(all.exit)
  })

  it('gives the program one pipe for both when asked to', async () => {
    await using home = temporaryHome()
    const command = 'for i in 1 2 3; do echo out $i; echo err $i >&2; done'
    await using session = await openPipeSession({ command, env: home.env, mergeStderr: true })
    expect(session.streams).toEqual(['stdout'])
    expect((await collect(session.attach())).text('stdout')).toBe('out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\n')
    expect(() => session.attach({ streams: ['stderr'] })).toThrow(expect.objectContaining({ code: 'stream-unavailable' }))
  })

  it('runs an argv as it is, in the folder and the environment that were named and no other', async () => {
    await using home = temporaryHome()
    const folder = realpathSync(home.folder('work'))
    const argv = ['sh', '-c', 'pwd; echo "$1"; env | sort', 'sh', 'a  b"$HOME']
    await using session = await openPipeSession({ argv, cwd: folder, env: { PATH: home.env.PATH, ONLY: 'this', NOT: undefined } })
    const lines = (await collect(session.attach())).text('stdout').split('\n')
    expect(lines.slice(0, 2)).toEqual([folder, 'a  b"$HOME'])
    expect(lines).toContain('ONLY=this')
    expect(lines).toContain(`PERCH_SESSION=${session.id}`)
    expect(lines.filter((line) => /^(NOT|HOME|USER)=/.test(line))).toEqual([])
  })

  it('sets the umask and the niceness of the program and leaves its own', async () => {
    await using home = temporaryHome()
    const own = process.umask()
    await using session = await openPipeSession({ command: 'umask; nice', env: home.env, umask: 0o027, nice: 5 })
    expect((await collect(session.attach())).text('stdout')).toBe('0027\n5\n')
    expect(process.umask()).toBe(own)
  })

  it('runs many at once, each with its own output', async () => {
    await using home = temporaryHome()
    const texts = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        await using session = await openPipeSession({ command: `echo ${index}; cat; exit ${index}`, env: home.env })
        await session.write(`input of ${index}\n`)
        await session.endInput()
        const all = await collect(session.attach())
        return `${all.text('stdout')}${all.exit?.exit.code}`
      }),
    )
    expect(texts).toEqual(texts.map((_, index) => `${index}\ninput of ${index}\n${index}`))
  })
})

describe('a session on a terminal', () => {
  it('has a terminal of the size that was asked for, and is resized by its controller', async () => {
    await using home = temporaryHome()
    const command = 'stty -echo; stty size; echo ready; while read line; do stty size; done'
    await using session = await openPtySession({ command, env: home.env, size: { cols: 100, rows: 30 } })
    expect(session).toMatchObject({ kind: 'pty', streams: ['pty'] })
    const screen = session.attach({ mode: 'controller' })
    expect(screen.size).toEqual({ cols: 100, rows: 30 })
    expect((await readUntil(screen, 'ready', 'pty')).text('pty')).toContain('30 100')
    screen.resize({ cols: 90, rows: 20 })
    await screen.write('\n')
    const after = await readUntil(screen, '20 90', 'pty')
    expect(after.events).toContainEqual({ type: 'size', size: { cols: 90, rows: 20 } })
    await screen.endInput()
    expect((await collect(screen)).exit?.exit).toMatchObject({ outcome: 'exited' })
  })

  it('is 80 by 24 and names a terminal when nothing else is said', async () => {
    await using home = temporaryHome()
    const { TERM: _, ...env } = home.env
    await using session = await openPtySession({ command: 'stty size; echo $TERM', env })
    expect((await collect(session.attach())).text('pty')).toBe('24 80\r\nxterm-256color\r\n')
  })

  it('gives every byte of a program that ends at once, 50 times over', async () => {
    await using home = temporaryHome()
    for (let time = 0; time < 50; time++) {
      await using session = await openPtySession({ argv: ['head', '-c', '20000', '/dev/zero'], env: home.env })
      expect((await collect(session.attach())).bytes('pty').byteLength).toBe(20_000)
    }
  })
})

describe('what cannot be a session is refused before one exists', () => {
  const refused: readonly [what: string, code: string, says: string, options: unknown][] = [
    ['an empty argv', 'empty-command', 'no command', { argv: [] }],
    ['an empty name', 'empty-command', 'no command', { argv: [''] }],
    ['an empty line', 'empty-command', 'no command', { command: '' }],
    ['neither argv nor command', 'empty-command', 'no command', {}],
    ['both', 'bad-request', 'not both', { argv: ['true'], command: 'true' }],
    ['a missing program', 'program-not-found', 'no-such-program', { argv: ['no-such-program'] }],
    ['a program that is a folder', 'program-not-executable', 'is a folder', { argv: ['/'] }],
    ['a missing folder', 'folder-not-found', '/no/such/folder', { argv: ['true'], cwd: '/no/such/folder' }],
    ['a part of a number', 'bad-request', 'the option umask must be a whole number, not 1.5', { umask: 1.5 }],
    ['an argv of another type', 'bad-request', 'the option argv must be Array, not "true"', { argv: 'true' }],
    ['a word of another type', 'bad-request', 'argv.1', { argv: ['true', 1] }],
    ['a NUL in a word', 'bad-request', 'NUL', { argv: ['true', '\0'] }],
    ['an option that there is not', 'bad-request', 'there is no option clolour', { argv: ['true'], clolour: 1 }],
    ['a variable without a name', 'bad-request', 'name', { argv: ['true'], env: { 'A=B': 'c' } }],
    ['a negative umask', 'bad-request', 'umask', { argv: ['true'], umask: -1 }],
    ['a signal that is none', 'bad-request', 'signal', { argv: ['true'], signal: 'x' }],
    ['a log nowhere', 'bad-request', 'log.in', { argv: ['true'], log: { in: 'space' } }],
    ['options that are none', 'bad-request', 'openPipeSession', null],
  ]

  it.for(refused)('%s', async ([, code, says, options]) => {
    const before = childrenOfThisProcess().length
    const opening = openPipeSession(options as PipeSessionOptions)
    await expect(opening).rejects.toMatchObject({ code, message: expect.stringContaining(says) })
    expect(childrenOfThisProcess()).toHaveLength(before)
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('perch-session-'))).toEqual([])
  })

  it('sizes that no terminal has', async () => {
    for (const size of [{ cols: 0, rows: 24 }, { cols: 80, rows: 65_535 }, { cols: 80.5, rows: 24 }, { cols: 80 }]) {
      const opening = openPtySession({ argv: ['true'], size: size as { cols: number; rows: number } })
      await expect(opening).rejects.toMatchObject({ code: 'bad-request', message: expect.stringContaining('size') })
    }
  })

  it('a program that may not be executed', async () => {
    await using home = temporaryHome()
    writeFileSync(join(home.home, 'text'), 'not a program', { mode: 0o644 })
    const opening = openPipeSession({ argv: ['./text'], cwd: home.home })
    await expect(opening).rejects.toMatchObject({ code: 'program-not-executable' })
  })

  it('never names the value of a variable', async () => {
    const env = { SECRET: ['hidden'] } as unknown as Record<string, string>
    const error = await openPipeSession({ argv: ['true'], env }).catch((thrown: Error) => thrown)
    expect(String(error)).toContain('env.SECRET')
    expect(String(error)).not.toContain('hidden')
  })

  it('one that was aborted before, with the reason of the abort', async () => {
    const reason = new Error('not any more')
    await expect(openPipeSession({ argv: ['true'], signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    await expect(openPtySession({ argv: ['true'], signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })
})

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { identifyProcess, livenessOf } from '../../../src/platform/process/process-identity.js'
import { until, within } from '../../kit/bounded.js'
import { requires } from '../../kit/requirement.js'
import { temporaryHome } from '../../kit/temporary-home.js'
import { BOUND_MS, watchPty } from '../watched-child.js'

const ASKS_ON_THE_TERMINAL = fileURLToPath(new URL('../../fixtures/asks-on-the-terminal.sh', import.meta.url))
const MEBIBYTE = 1024 * 1024

describe('typing to a child on a terminal', () => {
  it('arrives in order and whole: 1 MiB in pieces of all sizes', async () => {
    await using home = temporaryHome()
    const digits = Buffer.from(Array.from({ length: MEBIBYTE }, (_, index) => 48 + (index % 10)))
    await using watched = await watchPty(home, ['sh', '-c', `stty raw -echo; echo ready; head -c ${MEBIBYTE} | sha256sum`])
    await watched.saw('ready')
    const writes: Promise<number>[] = []
    for (let at = 0, size = 1; at < MEBIBYTE; at += size, size = (size * 7) % 100_003) {
      writes.push(watched.child.write(digits.subarray(at, at + size)))
    }
    const taken = (await Promise.all(writes)).reduce((sum, bytes) => sum + bytes, 0)
    expect(taken).toBe(MEBIBYTE)
    await watched.finished()
    expect(watched.text()).toContain(createHash('sha256').update(digits).digest('hex'))
  })

  it('does not block anything but itself when 1 MiB is pasted into a child that never reads', async () => {
    await using home = temporaryHome()
    await using watched = await watchPty(home, ['sh', '-c', 'stty raw -echo; echo ready; exec sleep 1000'])
    await watched.saw('ready')
    const abort = new AbortController()
    const paste = watched.child.write(Buffer.alloc(MEBIBYTE, 'x'), abort.signal)
    const behind = watched.child.write(Buffer.alloc(MEBIBYTE, 'y')).catch((error: unknown) => error)
    // The loop turns, sizes go through, and the paste can be given up.
    for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    watched.child.resize({ cols: 100, rows: 30 })
    abort.abort()
    const taken = await within(paste, BOUND_MS, () => 'the aborted paste')
    expect(taken).toBeGreaterThan(0)
    expect(taken).toBeLessThan(MEBIBYTE)
    process.kill(watched.child.pid, 'SIGTERM')
    expect(await watched.finished()).toEqual({ code: null, signal: 'SIGTERM' })
    expect(await behind).toMatchObject({ code: 'stream-closed' })
  })

  it('ends a reader of lines with the EOF character', async () => {
    await using home = temporaryHome()
    await using watched = await watchPty(home, ['cat'])
    await watched.type('line\r')
    await watched.child.endInput()
    expect(await watched.finished()).toEqual({ code: 0, signal: null })
    expect(watched.text()).toBe('line\r\nline\r\n')
    await expect(watched.type('late')).rejects.toMatchObject({ code: 'stream-closed' })
  })

  it.each([
    ['nothing was typed', [], ''],
    ['a line is unfinished', ['abc'], 'abcabc'],
    ['a line was handed over unfinished', ['abc', '\x04'], 'abcabc'],
  ])('ends a reader of lines when %s', async (_, typed, shown) => {
    await using home = temporaryHome()
    await using watched = await watchPty(home, ['cat'])
    for (const text of typed) await watched.type(text)
    await watched.child.endInput()
    expect(await watched.finished()).toEqual({ code: 0, signal: null })
    expect(watched.text()).toBe(shown)
  })

  it('reaches a program that asks on /dev/tty, like ssh, and does not echo the secret', async () => {
    await using home = temporaryHome()
    await using watched = await watchPty(home, [ASKS_ON_THE_TERMINAL])
    await watched.saw('Password: ')
    await until(
      () => isSilent(watched.child.pid),
      BOUND_MS,
      () => 'the reader',
    )
    await watched.type('hunter2\r')
    await watched.finished()
    expect(watched.text()).toBe('Password: \r\ngot [hunter2]\r\n')
  })

  it('interrupts the foreground job alone with Ctrl-C', async () => {
    await using home = temporaryHome()
    // The trap: dash interrupts itself as well after a job that died of Ctrl-C.
    const script = 'set -m; trap : INT; sleep 1000 & echo "bg $!"; cat; echo "ended $?"; read -r x'
    await using watched = await watchPty(home, ['sh', '-c', script])
    await watched.saw('bg ')
    await watched.type('running\r')
    await watched.saw('running\r\nrunning\r\n')
    expect(watched.child.foregroundGroup()).not.toBe(watched.child.pid)
    await watched.type('\x03')
    await watched.saw('ended 130')
    const background = Number(/bg (\d+)/.exec(watched.text())?.[1])
    const identity = identifyProcess(background) ?? expect.fail('the background job ended')
    expect(livenessOf(identity)).toBe('alive')
    expect(watched.child.foregroundGroup()).toBe(watched.child.pid)
    process.kill(background, 'SIGKILL')
  })

  it('stops the foreground job with Ctrl-Z and continues it with fg', async (context) => {
    requires(context, 'bash')
    await using home = temporaryHome()
    const argv = ['bash', '--norc', '--noprofile', '--noediting', '-i'] as const
    await using watched = await watchPty(home, argv, { env: { ...home.env, PS1: 'shell> ' } })
    await watched.saw('shell> ')
    await watched.type('cat\r')
    await until(
      () => watched.child.foregroundGroup() !== watched.child.pid,
      BOUND_MS,
      () => 'the job in the foreground',
    )
    await watched.type('one\r')
    await watched.saw('one\r\none\r\n')
    await watched.type('\x1a')
    await watched.saw('Stopped')
    await until(
      () => watched.child.foregroundGroup() === watched.child.pid,
      BOUND_MS,
      () => 'the shell in the foreground',
    )
    await watched.type('fg\r')
    await until(
      () => watched.child.foregroundGroup() !== watched.child.pid,
      BOUND_MS,
      () => 'the job in the foreground again',
    )
    await watched.type('two\r')
    await watched.saw('two\r\ntwo\r\n')
    await watched.child.endInput()
    await until(
      () => watched.child.foregroundGroup() === watched.child.pid,
      BOUND_MS,
      () => 'the shell after the job',
    )
    await watched.type('exit 5\r')
    expect(await watched.finished()).toEqual({ code: 5, signal: null })
  })
})

/** Whether the terminal of the process does not echo. */
function isSilent(pid: number): boolean {
  return execFileSync('stty', ['-a', '-F', `/proc/${pid}/fd/2`], { encoding: 'utf8' }).includes('-echo ')
}

/** The end of embedded sessions: by terminate, close, their signal, and the end of the program that owns them. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openPipeSession, openPtySession } from '../../src/library/open-session.js'
import { livenessOf } from '../../src/platform/process/process-identity.js'
import { until, within } from '../kit/bounded.js'
import { childrenOfThisProcess, processesMarked } from '../kit/marked-processes.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { collect, readUntil, TEST_BOUND_MS } from './kit/collected.js'
import { installPackage } from './kit/installed-package.js'

const STUBBORN = 'trap "" TERM HUP; echo ready; while :; do sleep 0.05; done'

describe('terminating', () => {
  it('ends the whole tree, softly where that is enough', async () => {
    await using home = temporaryHome()
    await using session = await openPipeSession({ command: 'sleep 1000 & setsid sleep 1001 & echo ready; wait', env: home.env })
    await readUntil(session.attach(), 'ready')
    const { exit } = await session.terminate()
    expect(exit).toMatchObject({ signal: 'SIGTERM', outcome: 'terminated' })
    expect(processesMarked(`PERCH_SESSION=${session.id}`)).toEqual([])
  })

  it('kills what does not end, and a shorter grace shortens the one that runs', async () => {
    await using home = temporaryHome()
    await using session = await openPipeSession({ command: STUBBORN, env: home.env })
    await readUntil(session.attach(), 'ready')
    const patient = session.terminate({ graceMs: 1_000_000 })
    const hasty = session.terminate({ graceMs: 0 })
    const [one, two] = await within(Promise.all([patient, hasty]), TEST_BOUND_MS, () => 'the end')
    expect(one).toEqual(two)
    expect(one.exit).toMatchObject({ signal: 'SIGKILL', outcome: 'killed' })
    expect(await session.terminate()).toEqual(one)
  })

  it('goes on when the wait for it is aborted', async () => {
    await using home = temporaryHome()
    await using session = await openPipeSession({ command: STUBBORN, env: home.env, graceMs: 0 })
    await readUntil(session.attach(), 'ready')
    const leave = new AbortController()
    const waiting = session.terminate({ graceMs: 1_000_000, signal: leave.signal })
    const reason = new Error('no more time')
    leave.abort(reason)
    await expect(waiting).rejects.toBe(reason)
    await expect(session.terminate({ signal: leave.signal })).rejects.toBe(reason)
    await expect(session.terminate({ graceMs: -1 })).rejects.toMatchObject({ code: 'bad-request' })
    expect((await session.close()).exit.outcome).toBe('killed')
  })

  it('by one signal sends just that', async () => {
    await using home = temporaryHome()
    const command = 'trap "echo caught; exit 5" USR1; echo ready; while :; do sleep 0.05; done'
    await using session = await openPipeSession({ command, env: home.env })
    const attachment = session.attach()
    await readUntil(attachment, 'ready')
    expect(() => session.signal('NONSENSE')).toThrow(expect.objectContaining({ code: 'bad-signal' }))
    session.signal('USR1')
    const rest = await collect(attachment)
    expect(rest.text('stdout')).toBe('caught\n')
    expect(rest.exit?.exit).toMatchObject({ code: 5, outcome: 'exited' })
    expect(() => session.signal('TERM')).toThrow(expect.objectContaining({ code: 'session-ended' }))
    expect(() => session.resize({ cols: 80, rows: 24 })).toThrow(expect.objectContaining({ code: 'no-terminal' }))
  })
})

describe('closing', () => {
  it('ends the session once, however often it is asked, and gives the attached the exit', async () => {
    await using home = temporaryHome()
    const session = await openPtySession({ command: 'echo ready; cat', env: home.env })
    const attachment = session.attach()
    const [one, two] = await Promise.all([session.close(), session.close()])
    expect(one).toBe(two)
    expect(await session.close()).toBe(one)
    const all = await collect(attachment)
    expect(all.exit).toEqual(one)
    expect(all.closed).toMatchObject({ reason: 'ended' })
    expect(() => session.attach()).toThrow(expect.objectContaining({ code: 'session-ended' }))
    expect(() => session.readLog('pty')).toThrow(expect.objectContaining({ code: 'session-ended' }))
    expect(session.status()).toMatchObject({ state: 'exited', exit: one.exit })
  })

  it.runIf(process.platform === 'linux')('gives back every descriptor, and every listener', async () => {
    await using home = temporaryHome()
    const held = () => [readdirSync('/proc/self/fd').length, process.listenerCount('exit')]
    const life = async () => {
      await using pipe = await openPipeSession({ command: 'echo x; cat', env: home.env, log: { in: 'temporary-folder' } })
      await using pty = await openPtySession({ command: 'echo x; cat', env: home.env })
      await pty.tees.add({ kind: 'file', path: join(home.root, 'tee') })
      await Promise.all([readUntil(pipe.attach(), 'x'), readUntil(pty.attach(), 'x', 'pty')])
    }
    await life()
    const before = held()
    await Promise.all(Array.from({ length: 10 }, life))
    expect(held()).toEqual(before)
  })

  it('is what the signal of the session does, whenever it comes', async () => {
    await using home = temporaryHome()
    for (let turns = 0; turns < 40; turns += 4) {
      const leave = new AbortController()
      const reason = new Error('enough')
      const opening = openPipeSession({ argv: ['sleep', '1000'], env: home.env, signal: leave.signal })
      // So many turns of the event loop into the start, or after it.
      const abort = async () => {
        for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
        leave.abort(reason)
      }
      const [opened] = await Promise.allSettled([opening, abort()])
      if (opened.status === 'rejected') expect(opened.reason).toBe(reason)
      else expect((await within(opened.value.ended, TEST_BOUND_MS, () => 'the end')).exit.outcome).toBe('terminated')
    }
    await until(
      () => childrenOfThisProcess().length === 0,
      TEST_BOUND_MS,
      () => 'the end of the children',
    )
  })
})

describe('the program that owns sessions', { timeout: 120_000 }, () => {
  it('exits by itself once they are closed, or have ended and are forgotten', async () => {
    await using home = temporaryHome()
    const done = await installPackage(home).run(
      'clean',
      `import { openPipeSession, openPtySession } from 'perch'
       const pipe = await openPipeSession({ command: 'cat', log: { in: 'temporary-folder' } })
       const pty = await openPtySession({ command: 'cat' })
       pipe.attach()
       void pty.attach().next()
       const ring = await pty.tees.add({ kind: 'ring', capacityBytes: 10 })
       await Promise.all([pipe.close(), pty.close()])
       const forgotten = await openPtySession({ argv: ['true'] })
       await forgotten.ended
       console.log('closed')`,
    )
    expect(done).toMatchObject({ code: 0, signal: null, stderr: '' })
    expect(done.stdout.toString()).toBe('closed\n')
  })

  it('takes them along when it exits without closing them, and their temporary folders', async () => {
    await using home = temporaryHome()
    const done = await installPackage(home).run(
      'careless',
      `import { readdirSync } from 'node:fs'
       import { tmpdir } from 'node:os'
       import { openPipeSession, openPtySession } from 'perch'
       const pipe = await openPipeSession({ argv: ['sleep', '1000'], log: { in: 'temporary-folder' } })
       const pty = await openPtySession({ argv: ['sleep', '1001'] })
       console.log(pipe.pid, pty.pid, readdirSync(tmpdir()).length)
       process.exit(7)`,
    )
    expect(done).toMatchObject({ code: 7, stderr: '' })
    const [pipe, pty, folders] = done.stdout.toString().split(' ').map(Number)
    expect(folders).toBe(1)
    for (const pid of [pipe, pty])
      await until(
        () => !isSleeping(pid ?? 0),
        TEST_BOUND_MS,
        () => `the end of ${pid}`,
      )
  })

  it('takes terminals along even when it is killed', async () => {
    await using home = temporaryHome()
    await using program = await installPackage(home).start(
      'killed',
      `import { openPtySession } from 'perch'
       const pty = await openPtySession({ argv: ['sleep', '1001'] })
       console.log('pid', pty.pid, '.')`,
    )
    await program.waitForOutput(/pid \d+ \./)
    const pid = Number(/pid (\d+)/.exec(program.stdout().toString())?.[1])
    expect(isSleeping(pid)).toBe(true)
    program.kill('SIGKILL')
    await until(
      () => !isSleeping(pid),
      TEST_BOUND_MS,
      () => `the hang-up of ${pid}`,
    )
  })
})

function isSleeping(pid: number): boolean {
  return processesMarked('sleep 100').some((seen) => seen.pid === pid && livenessOf(seen) === 'alive')
}

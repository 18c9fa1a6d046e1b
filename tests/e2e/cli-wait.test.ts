/** `perch wait` for something in the output: seen wherever it is, told from what ended first, and never waited for in vain. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { until } from '../kit/bounded.js'
import { perch, perchText, startPerch } from '../kit/perch-program.js'
import { killDaemon, showSession, startSession } from '../kit/perch-session.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'

/** Everything here takes well under a second on an idle machine. */
const BOUND_MS = 20_000

/** Says what it is told to, as `printf` understands it, and nothing else. */
const SAYING = 'while IFS= read -r line; do printf "$line"; done; exit 5'

async function saying(home: TemporaryHome, ...flags: readonly string[]): Promise<string> {
  return (await startSession(home, 'exec', [...flags, '--', 'sh', '-c', SAYING])).id
}

async function say(home: TemporaryHome, session: string, text: string): Promise<void> {
  await perchText(home, ['send', session, '--enter', '--', text])
}

/** Resolves when somebody reads the session: from then on nothing that it writes is missed. */
async function whenRead(home: TemporaryHome, session: string): Promise<void> {
  const isRead = async () => (await showSession(home, session)).attachments.length > 0
  await until(isRead, BOUND_MS, () => 'a reader of the session')
}

describe('a pattern', () => {
  test('is seen in what comes, cut over two writes and over lines, on either output', async () => {
    await using home = temporaryHome()
    const id = await saying(home)
    await using waiting = startPerch(home, ['wait', id, '--pattern', '^all (tests|checks)\\n.*passed$'])
    await whenRead(home, id)
    await say(home, id, 'all te')
    await say(home, id, 'sts\\nhave pas')
    await say(home, id, 'sed\\n')
    expect(await waiting.finished).toMatchObject({ code: 0, stderr: '' })

    const noisy = await startSession(home, 'exec', ['--', 'sh', '-c', 'read -r line; echo "fault: $line" >&2; cat'])
    await using fault = startPerch(home, ['wait', noisy.id, '--pattern', 'fault: \\w+'])
    await whenRead(home, noisy.id)
    await say(home, noisy.id, 'disk')
    expect((await fault.finished).code).toBe(0)
  })

  test('is looked for in what a terminal shows, not in how', async () => {
    await using home = temporaryHome()
    const output = '\\033]0;title\\007\\033[2J\\033[1;32mre\\033[0mad\\033[5Cy\\r\\n'
    const { id } = await startSession(home, 'exec', ['--pty', '--', 'sh', '-c', `printf '${output}'; exec sleep 60`])
    expect((await perch(home, ['wait', id, '--pattern', '^ready$', '--from', '0'])).code).toBe(0)
  })

  test('counts from now on, unless it is told from where', async () => {
    await using home = temporaryHome()
    const id = await saying(home)
    await say(home, id, 'one\\ntwo\\n')
    expect((await perch(home, ['wait', id, '--pattern', 'two', '--from', '0'])).code).toBe(0)
    expect((await perch(home, ['wait', id, '--pattern', 'two', '--from', 'tail:1'])).code).toBe(0)
    expect((await perch(home, ['wait', id, '--pattern', 'one', '--from', '4', '--timeout', '300ms'])).code).toBe(124)
    expect((await perch(home, ['wait', id, '--pattern', 'two', '--timeout', '300ms'])).code).toBe(124)
  })

  test('in the last bytes before the exit is still seen, live and after the end', async () => {
    await using home = temporaryHome()
    const { id } = await startSession(home, 'exec', ['--', 'sh', '-c', 'read -r line; printf "the end"; exit 7'])
    await using waiting = startPerch(home, ['wait', id, '--pattern', 'end$'])
    await whenRead(home, id)
    await say(home, id, '')
    expect((await waiting.finished).code).toBe(0)
    await perch(home, ['wait', id])
    expect((await perch(home, ['wait', id, '--pattern', 'the', '--from', '0'])).code).toBe(0)
  })

  test('that does not come before the end gives 1, says so, and in JSON as well', async () => {
    await using home = temporaryHome()
    const id = await saying(home, '-n', 'build')
    await using waiting = startPerch(home, ['wait', 'build', '--pattern', 'never', '--json'])
    await whenRead(home, id)
    await perchText(home, ['send', id, '--eof'])
    const done = await waiting.finished
    expect(done).toMatchObject({ code: 1, stderr: `perch: ${id} (build) ended first: exit 5\n` })
    expect(JSON.parse(done.stdout.toString())).toMatchObject({ schema: 1, met: false, session: { id, state: 'exited' } })
    expect((await perch(home, ['wait', id, '--pattern', 'never'])).code).toBe(1)
  })

  test('at the end of a flood is found, and what was dropped is told', async () => {
    await using home = temporaryHome()
    await perchText(home, ['ls'])
    writeFileSync(join(home.perchHome, 'config.toml'), '[sessions]\nlog = "memory"\nmemory-bytes = 65536\n')
    const flood = 'read -r line; head -c 30000000 /dev/zero | tr "\\0" "x"; echo; echo finished; exec sleep 60'
    const { id } = await startSession(home, 'exec', ['--', 'sh', '-c', flood])
    await using waiting = startPerch(home, ['wait', id, '--pattern', '^finished$'])
    await whenRead(home, id)
    await say(home, id, '')
    expect((await waiting.finished).code).toBe(0)
    const late = await perch(home, ['wait', id, '--pattern', '^finished$', '--from', '0'])
    expect(late.code).toBe(0)
    expect(late.stderr).toMatch(/^perch: \d+ bytes of stdout are gone \(0 to \d+\), and may have held what is waited for$/m)
  })

  test('that would take for ever is given up with the reason', async () => {
    await using home = temporaryHome()
    const { id } = await startSession(home, 'exec', ['--', 'sh', '-c', `echo ${'a'.repeat(80)}b; exec sleep 60`])
    const done = await perch(home, ['wait', id, '--pattern', '(a+)+$', '--from', '0', '--json'])
    expect(done.code).toBe(2)
    expect(JSON.parse(done.stdout.toString())).toMatchObject({ error: { code: 'pattern-too-slow' } })
  })
})

describe('silence', () => {
  test('is met by a session that says nothing, and not by one that ends', async () => {
    await using home = temporaryHome()
    const id = await saying(home)
    const done = await perch(home, ['wait', id, '--idle', '100ms', '--json'])
    expect(done.code).toBe(0)
    expect(JSON.parse(done.stdout.toString())).toMatchObject({ met: true, session: { id, state: 'running' } })
    await using waiting = startPerch(home, ['wait', id, '--idle', '20s'])
    await whenRead(home, id)
    await perchText(home, ['send', id, '--eof'])
    expect((await waiting.finished).code).toBe(1)
  })

  test('is not met while something is written, and is when that stops', async () => {
    await using home = temporaryHome()
    const stop = join(home.root, 'stop')
    const script = `while [ ! -e ${stop} ]; do echo busy; sleep 0.05; done; exec sleep 60`
    const { id } = await startSession(home, 'exec', ['--', 'sh', '-c', script])
    expect((await perch(home, ['wait', id, '--idle', '1500ms', '--timeout', '3s'])).code).toBe(124)
    await using waiting = startPerch(home, ['wait', id, '--idle', '300ms'])
    await whenRead(home, id)
    writeFileSync(stop, '')
    expect((await waiting.finished).code).toBe(0)
  })

  test('with a pattern counts after it', async () => {
    await using home = temporaryHome()
    const id = await saying(home)
    expect((await perch(home, ['wait', id, '--pattern', 'x', '--idle', '50ms', '--timeout', '500ms'])).code).toBe(124)
    await using waiting = startPerch(home, ['wait', id, '--pattern', 'answer', '--idle', '100ms'])
    await whenRead(home, id)
    await say(home, id, 'the answer')
    expect((await waiting.finished).code).toBe(0)
  })
})

describe('what happens meanwhile', () => {
  test('a killed daemon is not noticed', async () => {
    await using home = temporaryHome()
    const id = await saying(home)
    await using waiting = startPerch(home, ['wait', id, '--pattern', 'after', '--idle', '50ms'])
    await whenRead(home, id)
    killDaemon(home)
    await say(home, id, 'after')
    expect((await waiting.finished).code).toBe(0)
  })

  test('a killed host ends the session first', async () => {
    await using home = temporaryHome({ mayLeave: ['socket'] })
    const id = await saying(home)
    await using waiting = startPerch(home, ['wait', id, '--pattern', 'x'])
    await whenRead(home, id)
    process.kill((await showSession(home, id)).hostPid ?? 0, 'SIGKILL')
    expect(await waiting.finished).toMatchObject({ code: 1, stderr: `perch: ${id} ended first: lost\n` })
  })

  test('a host that hangs does not hold up the timeout', async () => {
    await using home = temporaryHome()
    const id = await saying(home)
    const hostPid = (await showSession(home, id)).hostPid ?? 0
    process.kill(hostPid, 'SIGSTOP')
    try {
      await using patient = startPerch(home, ['wait', id, '--idle', '50ms'])
      await using waiting = startPerch(home, ['wait', id, '--idle', '50ms', '--timeout', '2s'])
      const first = await Promise.race([waiting.finished, patient.finished])
      expect(first).toMatchObject({ code: 124, stderr: expect.stringContaining('after 2s') })
    } finally {
      process.kill(hostPid, 'SIGCONT')
    }
  })
})

test.each([
  ['a pattern that is none', ['--pattern', 'a(b'], 'at character 2: "(b"'],
  ['an empty pattern', ['--pattern', ''], '--pattern is empty'],
  ['a place without a pattern', ['--from', '0'], '--from is where --pattern looks'],
  ['the screen as a place', ['--pattern', 'x', '--from', 'screen'], '--from does not understand'],
  ['a duration without a unit', ['--idle', '2'], '--idle takes a duration'],
])('%s is wrong usage, before anything is waited for', async (_, args, said) => {
  await using home = temporaryHome()
  expect(await perch(home, ['wait', 'nobody', ...args])).toMatchObject({ code: 2, stderr: expect.stringContaining(said) })
})

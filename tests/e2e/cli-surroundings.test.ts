/** What a command finds around it: no folder any more, outputs that take nothing, words that no program could be given. */
import { describe, expect, test } from 'vitest'
import { perchBundle, perchText } from '../kit/perch-program.js'
import { listSessions, startSession } from '../kit/perch-session.js'
import { type Finished, runProgram } from '../kit/running-program.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'

/** Runs a line of shell in which `perch` is the built program. */
function shell(home: TemporaryHome, line: string): Promise<Finished> {
  const script = `perch() { "$NODE" "$PERCH" "$@"; }; ${line}`
  return runProgram('bash', ['-c', script], {
    cwd: home.home,
    env: { ...home.env, NODE: process.execPath, PERCH: perchBundle() },
  })
}

async function running(home: TemporaryHome): Promise<string> {
  return (await startSession(home, 'exec', ['--', 'sh', '-c', 'cat'])).id
}

describe('in a folder that somebody has removed', () => {
  test('what needs one says so', async () => {
    await using home = temporaryHome()
    const id = await running(home)
    for (const command of [`tee ${id} --file log`, 'exec -d -- true', 'run -d', 'which']) {
      const { code, stderr } = await shell(home, `mkdir gone && cd gone && rmdir ../gone && perch ${command}`)
      expect([command, code, stderr.toString()]).toEqual([command, 1, expect.stringContaining('the current folder is gone')])
    }
  })

  test('everything else works', async () => {
    await using home = temporaryHome()
    const line = 'mkdir gone && cd gone && rmdir ../gone && perch exec -d --cwd / -- cat && perch ls && perch kill --all'
    expect((await shell(home, line)).code).toBe(0)
  })
})

describe('an output that is full', () => {
  test.each([
    ['a text', 'perch --version > /dev/full', 1, 'the output cannot be written'],
    ['a document', 'perch ls --json > /dev/full', 1, 'the output cannot be written'],
    ['an error as a document', 'perch show nothing --json > /dev/full', 3, 'there is no session'],
    ['an error', 'perch show nothing 2> /dev/full', 3, ''],
    ['a notice', 'perch kill --all 2> /dev/full', 0, ''],
  ])('for %s is told where that is possible, with the right code', async (_, line, code, told) => {
    await using home = temporaryHome()
    const done = await shell(home, line)
    expect(done.code).toBe(code)
    expect(done.stderr.toString()).toMatch(told === '' ? /^$/ : new RegExp(`^perch: ${told}[^\\n]*\\n(  [^\\n]*\\n)?$`))
  })

  test('is not one that was closed by its reader', async () => {
    await using home = temporaryHome()
    const { stdout, stderr } = await shell(home, '{ perch help; echo "code $?" >&2; } | true')
    expect([stdout.toString(), stderr.toString()]).toEqual(['', 'code 0\n'])
  })
})

test('what is not UTF-8 is neither sent nor made a file of, rather than changed', async () => {
  await using home = temporaryHome()
  const id = await running(home)
  for (const command of [`send ${id} $'caf\\xe9'`, `tee ${id} --file $'caf\\xe9'`, `tee ${id} --command $'cat > caf\\xe9'`]) {
    const { code, stderr } = await shell(home, `perch ${command}`)
    expect([command, code, stderr.toString()]).toEqual([command, 2, expect.stringContaining('not UTF-8')])
  }
  expect(await listSessions(home)).toMatchObject([{ id, tees: [] }])
  expect(await perchText(home, ['send', id, 'café \ufffd'])).toBe('9')
})

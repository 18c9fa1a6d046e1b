/** `run` and `exec` without a terminal: perch stands in for the program, byte for byte, signal for signal, code for code. */
import { createHash, randomBytes } from 'node:crypto'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { perch, perchBundle, perchJson, startPerch } from '../kit/perch-program.js'
import { runProgram } from '../kit/running-program.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** A shell line in which `perch` is the built program. */
function shell(home: TemporaryHome, line: string) {
  const script = `perch() { ${JSON.stringify(process.execPath)} ${JSON.stringify(perchBundle())} "$@"; }; ${line}`
  return runProgram('bash', ['-c', script], { env: home.env, cwd: home.home })
}

describe('bytes', () => {
  test('every byte value and several megabytes pass unchanged through input and output', async () => {
    await using home = temporaryHome()
    const input = Buffer.concat([Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)), randomBytes(5 * 1024 * 1024)])
    const { code, stdout, stderr } = await perch(home, ['exec', '--', 'cat'], { input })
    expect({ code, stderr, sha256: sha256(stdout) }).toEqual({ code: 0, stderr: '', sha256: sha256(input) })
  })

  test('output and errors stay apart, and the last bytes of a program that ends at once are there', async () => {
    await using home = temporaryHome()
    const done = await perch(home, ['exec', '--', 'sh', '-c', 'printf out; printf err >&2; exit 7'])
    expect({ ...done, stdout: done.stdout.toString() }).toEqual({ code: 7, signal: null, stdout: 'out', stderr: 'err' })
  })

  test('a prompt without a newline is there before the answer is asked for', async () => {
    await using home = temporaryHome()
    await using program = startPerch(home, ['exec', '--', 'sh', '-c', 'printf "name? "; read -r name; echo "hello $name"'])
    await program.waitForOutput('name? ')
    program.write('perch\n')
    expect((await program.finished).stdout.toString()).toBe('name? hello perch\n')
  })

  test('through pipes and files of the shell', async () => {
    await using home = temporaryHome()
    const line = 'seq 100000 > in; perch exec -- cat < in | perch exec -- sort -n > out; cmp in out && echo same'
    expect((await shell(home, line)).stdout.toString()).toBe('same\n')
  })

  test('with a terminal of its own although there is none here', async () => {
    await using home = temporaryHome()
    const { code, stdout } = await perch(home, ['exec', '--pty', '--size', '90x20', '--', 'sh', '-c', 'stty size; cat'], {
      input: 'typed\n',
    })
    expect(code).toBe(0)
    expect(stdout.toString().split('\r\n').slice(0, 3)).toEqual(['20 90', 'typed', 'typed'])
  })
})

describe('ends', () => {
  test('a reader that goes away ends the program, as SIGPIPE would', async () => {
    await using home = temporaryHome()
    const { stdout } = await shell(home, 'set -o pipefail; perch exec -- yes | head -n 1; echo $?')
    expect(stdout.toString()).toBe('y\n141\n')
  })

  test('a program that ignores SIGPIPE gets an error instead, goes on, and ends as it likes', async () => {
    await using home = temporaryHome()
    const stubborn = `trap "" PIPE; while echo x 2>/dev/null; do :; done; echo over >&2; exit 7`
    const { stdout, stderr } = await shell(
      home,
      `set -o pipefail; perch exec -- sh -c '${stubborn}' | head -n 1; echo $?; perch ls --json`,
    )
    const [first, code, ...list] = stdout.toString().split('\n')
    expect({ first, code, list: JSON.parse(list.join('\n')), stderr: stderr.toString() }).toEqual({
      first: 'x',
      code: '7',
      list: { schema: 1, sessions: [] },
      stderr: 'over\n',
    })
  })

  test('a reader of the errors that goes away closes the errors only', async () => {
    await using home = temporaryHome()
    const program = `trap "" PIPE; while echo x >&2; do :; done; echo done; exit 5`
    const { stdout } = await shell(
      home,
      `{ { perch exec -- sh -c '${program}'; echo $? >&3; } 2>&1 >&3 | head -n 1 >/dev/null; } 3>&1`,
    )
    expect(stdout.toString()).toBe('done\n5\n')
  })

  test('a program that stops reading does not hold up what feeds it', async () => {
    await using home = temporaryHome()
    const { stdout } = await shell(home, 'yes | perch exec -- head -n 1; echo $?')
    expect(stdout.toString()).toBe('y\n0\n')
  })

  test('an output that cannot be written is a failure', async () => {
    await using home = temporaryHome()
    const { stdout, stderr } = await shell(home, 'perch exec -- echo lost > /dev/full; echo $?')
    expect(stdout.toString()).toBe('1\n')
    expect(stderr).toContain('the output cannot be written')
  })

  test('a slow reader loses nothing', async () => {
    await using home = temporaryHome()
    const { stdout } = await shell(home, 'perch exec -- seq 300000 | { read -r first; sleep 0.5; cat; } | tail -n 1')
    expect(stdout.toString()).toBe('300000\n')
  })

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s to perch reaches the program', async (signal) => {
    await using home = temporaryHome()
    const short = signal.slice(3)
    const script = `trap 'echo got; exit 42' ${short}; echo ready; while :; do sleep 0.02; done`
    await using program = startPerch(home, ['exec', '--', 'sh', '-c', script])
    await program.waitForOutput('ready')
    program.kill(signal)
    expect(await program.finished).toMatchObject({ code: 42, stdout: Buffer.from('ready\ngot\n') })
  })

  test('a program that a signal ends gives 128 + n', async () => {
    await using home = temporaryHome()
    expect((await perch(home, ['exec', '--', 'sh', '-c', 'kill -TERM $$'])).code).toBe(143)
  })
})

describe('what the program takes over from the shell', () => {
  test('folder, variables, umask and limit of open files', async () => {
    await using home = temporaryHome()
    const line =
      'mkdir w; cd w; umask 027; ulimit -n 999; A=b perch exec --env C=d -- sh -c \'pwd; umask; ulimit -n; echo "$A$C"\''
    const { stdout, stderr } = await shell(home, line)
    expect([stdout.toString(), stderr]).toEqual([`${join(home.home, 'w')}\n0027\n999\nbd\n`, ''])
  })

  test('its own descriptors stay its own', async () => {
    await using home = temporaryHome()
    const path = join(home.root, 'lock')
    closeSync(openSync(path, 'w'))
    const line = `exec 9<${path}; perch exec -- sh -c 'ls -l /proc/self/fd | grep -c ${path}; true'`
    expect((await shell(home, line)).stdout.toString()).toBe('0\n')
  })
})

describe('refused before anything exists', () => {
  test.each([
    ['a program that is not there', ['exec', '--', 'no-such-program'], 127, 'program-not-found'],
    ['a file that is no program', ['exec', '--', '/etc/passwd'], 126, 'program-not-executable'],
    ['no command', ['exec'], 2, 'empty-command'],
    ['a folder that is not there', ['exec', '--cwd', '/no/such', '--', 'true'], 1, 'folder-not-found'],
    ['a profile that is not there', ['run', 'nobody'], 3, 'profile-not-found'],
    ['a size that is none', ['exec', '--pty', '--size', '0x0', '--', 'true'], 2, 'bad-size'],
  ])('%s', async (_, args, exitCode, code) => {
    await using home = temporaryHome()
    const done = await perch(home, [args[0] ?? '', '--json', ...args.slice(1)])
    expect(JSON.parse(done.stdout.toString())).toMatchObject({ schema: 1, error: { code, hint: expect.any(String) } })
    expect(done.code).toBe(exitCode)
    expect(await perchJson(home, ['ls', '-a'])).toEqual({ schema: 1, sessions: [] })
  })
})

test('the host that dies takes neither the output so far nor the shell with it', async () => {
  await using home = temporaryHome({ mayLeave: ['socket'] })
  await using program = startPerch(home, ['exec', '-n', 'doomed', '--', 'sh', '-c', 'echo before; sleep 60'])
  await program.waitForOutput('before')
  const { session } = (await perchJson(home, ['show', 'doomed'])) as { session: { hostPid: number; id: string } }
  process.kill(session.hostPid, 'SIGKILL')
  const { code, stdout, stderr } = await program.finished
  expect({ code, stdout: stdout.toString() }).toEqual({ code: 1, stdout: 'before\n' })
  expect(stderr).toContain('was lost')
  expect(readFileSync(join(home.paths.state, 'sessions', session.id, 'exit.json'), 'utf8')).toContain('"lost"')
})

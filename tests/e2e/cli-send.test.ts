/** `perch send`: every byte, held back by a program that does not read, given up when that is asked for. */
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { until } from '../kit/bounded.js'
import { perch, perchJson, perchText, startPerch } from '../kit/perch-program.js'
import { startSession } from '../kit/perch-session.js'
import { temporaryHome } from '../kit/temporary-home.js'

/** Everything here takes well under a second on an idle machine. */
const BOUND_MS = 20_000

/** What a pipe holds while nobody reads it (Linux, pipe(7)). */
const PIPE_BYTES = 65_536

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe('standard input', () => {
  test('arrives byte for byte, whatever it holds, and the end after it', async () => {
    await using home = temporaryHome()
    const input = Buffer.concat([Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)), randomBytes(8 * 1024 * 1024)])
    const { id } = await startSession(home, 'exec', ['--', 'sh', '-c', 'cat > got; exit 3'])
    const sent = await perch(home, ['send', id, 'first', '--enter', '--stdin', '--eof'], { input })
    expect(sent).toMatchObject({ code: 0, stdout: Buffer.from(`${input.byteLength + 6}\n`) })
    expect((await perch(home, ['wait', id])).code).toBe(3)
    const got = readFileSync(join(home.home, 'got'))
    expect(got.subarray(0, 6).toString()).toBe('first\n')
    expect(sha256(got.subarray(6))).toBe(sha256(input))
  })

  test('on a terminal ends with the key for that', async () => {
    await using home = temporaryHome()
    const { id } = await startSession(home, 'exec', ['--pty', '--', 'sh', '-c', 'cat > got; exit 4'])
    expect(await perchJson(home, ['send', id, 'typed', '--enter', '--eof'])).toEqual({ schema: 1, accepted: 6 })
    expect((await perch(home, ['wait', id])).code).toBe(4)
    expect(readFileSync(join(home.home, 'got'), 'utf8')).toBe('typed\n')
  })
})

describe('a program that does not read', () => {
  test('holds back the sender, who gives up on Ctrl-C and says what was taken', async () => {
    await using home = temporaryHome()
    const read = join(home.root, 'read')
    const script = `while [ ! -e ${read} ]; do sleep 0.05; done; wc -c > count`
    const { id } = await startSession(home, 'exec', ['--', 'sh', '-c', script])
    await perchText(home, ['tee', id, '--file', 'taken', '--stream', 'stdin'])
    await using sending = startPerch(home, ['send', id, '--stdin'], { input: Buffer.alloc(4 * 1024 * 1024, 'x') })
    const taken = () => statSync(join(home.home, 'taken')).size
    await until(
      () => taken() >= PIPE_BYTES,
      BOUND_MS,
      () => `a full pipe, which took ${taken()} bytes`,
    )
    sending.kill('SIGINT')
    const done = await sending.finished
    const [, accepted] = /took (\d+) bytes/.exec(done.stderr) ?? []
    expect(done.code).toBe(130)
    expect(Number(accepted)).toBe(PIPE_BYTES)
    await perchText(home, ['exec', '--', 'touch', read])
    await perchText(home, ['send', id, '--eof'])
    await perch(home, ['wait', id])
    expect(readFileSync(join(home.home, 'count'), 'utf8').trim()).toBe(accepted)
  })
})

test('what a terminal took of a write that was given up is told to the byte', async () => {
  await using home = temporaryHome()
  // Nobody reads the terminal: it takes what its line holds and no more, which is less than one piece of the transport.
  const { id } = await startSession(home, 'exec', ['--pty', '--', 'sh', '-c', 'stty raw -echo; echo set; exec sleep 60'])
  await perch(home, ['wait', id, '--pattern', 'set', '--from', '0'])
  await perchText(home, ['tee', id, '--file', 'taken', '--stream', 'stdin'])
  await using sending = startPerch(home, ['send', id, '--stdin'], { input: Buffer.alloc(1024 * 1024, 'x') })
  const taken = () => statSync(join(home.home, 'taken')).size
  await until(
    () => taken() > 0,
    BOUND_MS,
    () => 'some input to be taken',
  )
  sending.kill('SIGINT')
  const { code, stderr } = await sending.finished
  expect(code).toBe(130)
  const [, accepted] = /took (\d+) bytes/.exec(stderr) ?? []
  await until(
    () => taken() === Number(accepted),
    BOUND_MS,
    () => `the ${accepted} bytes of ${stderr}, and not ${taken()}`,
  )
})

describe('what can take no more', () => {
  test('an input that was ended', async () => {
    await using home = temporaryHome()
    const { id } = await startSession(home, 'exec', ['--', 'sh', '-c', 'cat > got; exec sleep 60'])
    await perchText(home, ['send', id, 'x', '--eof'])
    const done = await perch(home, ['send', id, 'y', '--json'])
    expect(done.code).toBe(1)
    expect(JSON.parse(done.stdout.toString())).toMatchObject({ error: { code: 'stream-closed' } })
  })

  test('a session that ends while its input is waited for', async () => {
    await using home = temporaryHome()
    const { id } = await startSession(home, 'exec', ['-n', 'one', '--', 'sh', '-c', 'read -r line; exit 0'])
    await using sending = startPerch(home, ['send', 'one', '--stdin'])
    sending.write('line\n')
    expect(await sending.finished).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`${id} (one) has ended and reads no more; it took 5 bytes before`),
    })
    expect(await perch(home, ['send', 'one', 'x'])).toMatchObject({ code: 1, stderr: expect.stringContaining('has ended') })
  })

  test('nothing to send is wrong usage', async () => {
    await using home = temporaryHome()
    expect(await perch(home, ['send', 'one'])).toMatchObject({ code: 2, stderr: expect.stringContaining('needs something') })
    expect(existsSync(home.perchHome)).toBe(false)
  })
})

import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { linuxStat } from '../../../src/platform/process/process-identity.js'
import { until } from '../../kit/bounded.js'
import { temporaryHome } from '../../kit/temporary-home.js'
import { BOUND_MS, watchPipes } from '../watched-child.js'

const LEAVES_A_WRITER = fileURLToPath(new URL('../../fixtures/leaves-a-writer.sh', import.meta.url))
const MEBIBYTE = 1024 * 1024

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

describe('the output of a child on pipes', () => {
  it('loses no byte of 100 children that write 20 KB to both streams and are gone', async () => {
    await using home = temporaryHome()
    const short: string[] = []
    for (let round = 0; round < 100; round += 1) {
      await using watched = await watchPipes(home, ['sh', '-c', 'head -c 20000 /dev/zero; exec head -c 20000 /dev/zero >&2'])
      expect(await watched.finished()).toEqual({ code: 0, signal: null })
      const lengths = `${watched.output('stdout').byteLength} ${watched.output('stderr').byteLength}`
      if (lengths !== '20000 20000') short.push(lengths)
    }
    expect(short).toEqual([])
  })

  it.each([0, 1, 65_536, 65_537, 16 * MEBIBYTE])('is what the child wrote, %i bytes of all values', async (size) => {
    await using home = temporaryHome()
    const path = join(home.root, 'bytes')
    const everyValue = Buffer.from(Array.from({ length: 256 }, (_, value) => value))
    const bytes = Buffer.concat([everyValue, randomBytes(size)]).subarray(0, size)
    writeFileSync(path, bytes)
    await using watched = await watchPipes(home, ['cat', path])
    await watched.finished()
    expect(watched.output().byteLength).toBe(size)
    expect(sha256(watched.output())).toBe(sha256(bytes))
  })

  it('comes before the end of its stream, and nothing comes after', async () => {
    await using home = temporaryHome()
    await using watched = await watchPipes(home, ['sh', '-c', 'echo out; echo err >&2'])
    await watched.finished()
    const events = watched.events()
    expect(events.filter((event) => event.startsWith('stdout'))).toEqual(['stdout data', 'stdout end'])
    expect(events.filter((event) => event.startsWith('stderr'))).toEqual(['stderr data', 'stderr end'])
    expect([watched.text('stdout'), watched.text('stderr')]).toEqual(['out\n', 'err\n'])
  })

  it('keeps the order of both streams in one pipe', async () => {
    await using home = temporaryHome()
    const script = 'i=0; while [ $i -lt 2000 ]; do echo "o$i"; echo "e$i" >&2; i=$((i+1)); done'
    await using watched = await watchPipes(home, ['sh', '-c', script], { mergeStderr: true })
    await watched.finished()
    expect(watched.child.streams).toEqual(['stdout'])
    const wanted = Array.from({ length: 2_000 }, (_, index) => `o${index}\ne${index}\n`).join('')
    expect(watched.text()).toBe(wanted)
  })

  it('shows a prompt that ends without a line feed', async () => {
    await using home = temporaryHome()
    await using watched = await watchPipes(home, ['sh', '-c', 'printf "name? "; read -r name; printf "hello %s" "$name"'])
    await watched.saw('name? ')
    await watched.type('ada\n')
    await watched.finished()
    expect(watched.text()).toBe('name? hello ada')
  })

  it('goes through /dev/stdout and /dev/stderr, which a child may open anew', async () => {
    await using home = temporaryHome()
    await using watched = await watchPipes(home, ['sh', '-c', 'echo one >/dev/stdout; echo two >/dev/stderr; cat /dev/stdin'])
    await watched.type('three\n')
    await watched.child.endInput()
    expect(await watched.finished()).toEqual({ code: 0, signal: null })
    expect([watched.text('stdout'), watched.text('stderr')]).toEqual(['one\nthree\n', 'two\n'])
  })

  it('ends one stream while the other goes on', async () => {
    await using home = temporaryHome()
    await using watched = await watchPipes(home, ['sh', '-c', 'exec >&-; read -r x; echo later >&2'])
    await until(
      () => watched.events().includes('stdout end'),
      BOUND_MS,
      () => 'the end of stdout',
    )
    await watched.type('\n')
    await watched.finished()
    expect(watched.text('stderr')).toBe('later\n')
  })

  it('holds the child back while it is paused, and loses nothing', async () => {
    await using home = temporaryHome()
    const progress = join(home.root, 'progress')
    const script = `head -c 65536 /dev/zero; echo full >"$0"; head -c ${MEBIBYTE} /dev/zero; echo through >"$0"`
    await using watched = await watchPipes(home, ['sh', '-c', `read -r go; ${script}`, progress])
    watched.child.pause('stdout')
    await watched.type('\n')
    await until(
      () => readIfThere(progress) === 'full\n',
      BOUND_MS,
      () => 'the full pipe',
    )
    // Once the writer sleeps in its write, it stays there until somebody reads.
    await until(
      () => blockedChildOf(watched.child.pid),
      BOUND_MS,
      () => 'the writer to block',
    )
    expect(watched.output().byteLength).toBe(0)
    watched.child.resume('stdout')
    await watched.finished()
    expect(watched.output().byteLength).toBe(65_536 + MEBIBYTE)
  })

  it('is whole at the bound when it was never resumed', async () => {
    await using home = temporaryHome()
    await using watched = await watchPipes(home, ['sh', '-c', 'read -r go; head -c 60000 /dev/zero'])
    watched.child.pause('stdout')
    await watched.type('\n')
    await watched.finished(50)
    expect(watched.output().byteLength).toBe(60_000)
    expect(watched.events().filter((event) => event.startsWith('stdout'))).toEqual(['stdout data', 'stdout end'])
  })

  it('goes on after the leader while a descendant holds it, and then ends', async () => {
    await using home = temporaryHome()
    const fifo = join(home.root, 'go')
    await using watched = await watchPipes(home, [LEAVES_A_WRITER, fifo])
    expect(await watched.child.exited).toEqual({ code: 7, signal: null })
    await watched.saw('waiting')
    expect(watched.events()).not.toContain('stdout end')
    writeFileSync(fifo, 'words\n')
    await watched.finished()
    expect(watched.text()).toContain('late words\n')
  })

  it('ends at the bound though a descendant still holds it', async () => {
    await using home = temporaryHome()
    const fifo = join(home.root, 'go')
    await using watched = await watchPipes(home, [LEAVES_A_WRITER, fifo])
    await watched.saw('waiting')
    expect(await watched.finished(50)).toEqual({ code: 7, signal: null })
    expect(
      watched
        .events()
        .filter((event) => event.endsWith(' end'))
        .sort(),
    ).toEqual(['stderr end', 'stdout end'])
    writeFileSync(fifo, 'words\n')
  })
})

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** Whether a child of the process sleeps in a write to a pipe. */
function blockedChildOf(parent: number): boolean {
  return readdirSync('/proc').some((name) => {
    const pid = Number(name)
    if (!Number.isInteger(pid)) return false
    return linuxStat(pid)?.ppid === parent && /pipe_w/.test(readIfThere(`/proc/${pid}/wchan`) ?? '')
  })
}

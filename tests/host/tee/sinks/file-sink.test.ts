/** What a tee into a file does, with real files, FIFOs and devices. */
import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, constants, mkdirSync, openSync, readdirSync, readFileSync, readSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type FileTarget, openFileSink } from '../../../../src/host/tee/sinks/file-sink.js'
import type { TeeSink } from '../../../../src/host/tee/tee-sink.js'
import { within } from '../../../kit/bounded.js'
import { temporaryHome } from '../../../kit/temporary-home.js'

const BOUND_MS = 10_000

/** Writes all of the bytes, however few the sink takes at a time. */
async function writeAll(sink: TeeSink, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.byteLength; ) at += await sink.write(at, bytes.subarray(at))
}

async function writeFileBy(target: FileTarget, ...parts: readonly string[]): Promise<void> {
  const sink = await openFileSink(target)
  for (const part of parts) await writeAll(sink, Buffer.from(part))
  await sink.finish()
  await sink.close()
}

function mkfifo(path: string): string {
  execFileSync('mkfifo', [path])
  return path
}

describe('a file', () => {
  test('is made for its owner only, and emptied unless it is to be appended to', async () => {
    await using home = temporaryHome()
    const path = join(home.home, 'out')
    await writeFileBy({ path }, 'one\n', 'two\n')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    await writeFileBy({ path, append: true }, 'three\n')
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\nthree\n')
    await writeFileBy({ path }, 'four\n')
    expect(readFileSync(path, 'utf8')).toBe('four\n')
  })

  test('that was there keeps the mode that its owner gave it', async () => {
    await using home = temporaryHome()
    const path = join(home.home, 'out')
    writeFileSync(path, 'old', { mode: 0o640 })
    await writeFileBy({ path }, 'new')
    expect(statSync(path).mode & 0o777).toBe(0o640)
  })

  test('says in a line of its own where bytes are missing', async () => {
    await using home = temporaryHome()
    const path = join(home.home, 'out')
    const sink = await openFileSink({ path })
    await writeAll(sink, Buffer.from('before'))
    await sink.missed(6, 4102)
    await writeAll(sink, Buffer.from('after'))
    await sink.close()
    expect(readFileSync(path, 'utf8')).toBe('before\n[perch: 4096 bytes missed]\nafter')
  })
})

describe('rotation', () => {
  const parts = (path: string) =>
    readdirSync(join(path, '..'))
      .filter((name) => name.startsWith('out'))
      .map((name) => Number(name.slice(4) || 0))
      .sort((a, b) => b - a)
      .map((number) => readFileSync(number === 0 ? path : `${path}.${number}`))

  test('loses no byte between two files, and makes none larger than it may be', async () => {
    await using home = temporaryHome()
    let round = 0
    const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 60, max: 400 }), async (writes, rotateBytes) => {
        const folder = join(home.home, String(round++))
        mkdirSync(folder)
        const path = join(folder, 'out')
        const all = randomBytes(writes.reduce((sum, bytes) => sum + bytes, 0))
        const sink = await openFileSink({ path, rotateBytes, keep: 1_000 })
        let at = 0
        for (const bytes of writes) {
          await writeAll(sink, all.subarray(at, at + bytes))
          at += bytes
        }
        await sink.finish()
        await sink.close()
        const files = parts(path)
        expect(Buffer.concat(files).equals(all)).toBe(true)
        expect(files.slice(0, -1).every(({ byteLength }) => byteLength === rotateBytes)).toBe(true)
      }),
      { numRuns: 15 },
    )
  })

  test('keeps as many old files as asked, the newest', async () => {
    await using home = temporaryHome()
    const path = join(home.home, 'out')
    await writeFileBy({ path, rotateBytes: 2, keep: 2 }, '112233445')
    expect(readdirSync(home.home).sort()).toEqual(['out', 'out.1', 'out.2'])
    expect([path, `${path}.1`, `${path}.2`].map((name) => readFileSync(name, 'utf8'))).toEqual(['5', '44', '33'])
  })

  test('counts what a file that is appended to holds already', async () => {
    await using home = temporaryHome()
    const path = join(home.home, 'out')
    writeFileSync(path, 'xxxx')
    await writeFileBy({ path, append: true, rotateBytes: 5, keep: 3 }, 'yyzz')
    expect([path, `${path}.1`].map((name) => readFileSync(name, 'utf8'))).toEqual(['yzz', 'xxxxy'])
  })

  test('fails when the old file cannot be set aside, and keeps what was written', async () => {
    await using home = temporaryHome()
    const path = join(home.home, 'out')
    mkdirSync(join(`${path}.1`, 'in-the-way'), { recursive: true })
    const sink = await openFileSink({ path, rotateBytes: 4, keep: 1 })
    await expect(writeAll(sink, Buffer.from('12345'))).rejects.toMatchObject({ code: 'tee-failed' })
    await sink.close()
    expect(readFileSync(path, 'utf8')).toBe('1234')
  })
})

describe('a path that is no good', () => {
  test('is refused with a reason, and nothing is made or waited for', async () => {
    await using home = temporaryHome()
    const at = (name: string) => join(home.home, name)
    mkdirSync(at('folder'))
    mkfifo(at('unread'))
    const code = async (target: FileTarget) => {
      const refused: unknown = await openFileSink(target).then(
        () => 'opened',
        (error: unknown) => error,
      )
      return refused instanceof Error && 'code' in refused ? refused.code : refused
    }
    expect({
      folder: await code({ path: at('folder') }),
      missing: await code({ path: at('missing/out') }),
      relative: await code({ path: 'out' }),
      nul: await code({ path: `${at('a')}\0b` }),
      unread: await code({ path: at('unread') }),
      long: await code({ path: at('n'.repeat(300)) }),
      rotatingDevice: await code({ path: '/dev/null', rotateBytes: 5 }),
      keepsNothing: await code({ path: at('out'), keep: 5 }),
    }).toEqual({
      folder: 'tee-failed',
      missing: 'tee-failed',
      relative: 'bad-request',
      nul: 'bad-request',
      unread: 'tee-failed',
      long: 'tee-failed',
      rotatingDevice: 'bad-request',
      keepsNothing: 'bad-request',
    })
    expect(readdirSync(home.home).sort()).toEqual(['folder', 'unread'])
  })

  test('a full device fails at the write', async () => {
    const sink = await openFileSink({ path: '/dev/full' })
    await expect(sink.write(0, Buffer.from('x'))).rejects.toMatchObject({ code: 'disk-full' })
    await sink.close()
  })

  test('a device that takes everything is as good as a file', async () => {
    await writeFileBy({ path: '/dev/null' }, 'x'.repeat(100_000))
  })
})

describe('a FIFO', () => {
  test('is written to as its reader takes it', async () => {
    await using home = temporaryHome()
    const path = mkfifo(join(home.home, 'fifo'))
    const reader = spawn('sh', ['-c', 'exec cat < "$0" > "$0.out"', path], { stdio: 'ignore' })
    const gone = once(reader, 'exit')
    const sink = await openWhenRead(path)
    const bytes = randomBytes(3_000_000)
    await writeAll(sink, bytes)
    await sink.finish()
    await sink.close()
    await within(gone, BOUND_MS, () => 'the end of the reader')
    expect(readFileSync(`${path}.out`).equals(bytes)).toBe(true)
  })

  test('whose reader stalls holds nobody up, and can be closed: then it is known what was taken', async () => {
    await using home = temporaryHome()
    const path = mkfifo(join(home.home, 'fifo'))
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const sink = await openFileSink({ path })
    const pending = sink.write(0, Buffer.alloc(300_000))
    await new Promise((resolve) => setImmediate(resolve))
    await sink.close()
    const taken = await pending
    expect(taken).toBeLessThan(300_000)
    let held = 0
    const buffer = Buffer.alloc(300_000)
    for (let bytes = readSync(reader, buffer); bytes > 0; bytes = readSync(reader, buffer)) held += bytes
    closeSync(reader)
    expect(held).toBe(taken)
  })

  test('whose reader leaves fails', async () => {
    await using home = temporaryHome()
    const path = mkfifo(join(home.home, 'fifo'))
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const sink = await openFileSink({ path })
    closeSync(reader)
    await expect(sink.write(0, Buffer.from('x'))).rejects.toMatchObject({
      code: 'tee-failed',
      message: `nobody reads ${path} any more`,
    })
    await sink.close()
  })

  /** The reader opens its end in its own time. */
  async function openWhenRead(path: string): Promise<TeeSink> {
    const deadline = performance.now() + BOUND_MS
    for (;;) {
      try {
        return await openFileSink({ path })
      } catch (error) {
        if (performance.now() > deadline) throw error
      }
    }
  }
})

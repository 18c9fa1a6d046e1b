/** What a tee into a command does, with real commands. */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openCommandSink } from '../../../../src/host/tee/sinks/command-sink.js'
import type { TeeSink } from '../../../../src/host/tee/tee-sink.js'
import { identifyProcess, livenessOf } from '../../../../src/platform/process/process-identity.js'
import { until, within } from '../../../kit/bounded.js'
import { type TemporaryHome, temporaryHome } from '../../../kit/temporary-home.js'

const BOUND_MS = 15_000

function start(home: TemporaryHome, command: string, env: Readonly<Record<string, string>> = {}): Promise<TeeSink> {
  return openCommandSink({ command, cwd: home.home, env: { ...home.env, ...env } })
}

async function writeAll(sink: TeeSink, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.byteLength; ) at += await sink.write(at, bytes.subarray(at))
}

/** The pids that a command wrote into a file of its folder, one in each line. */
async function pidsIn(home: TemporaryHome, name: string, count: number): Promise<readonly number[]> {
  const read = () => {
    try {
      const pids = readFileSync(join(home.home, name), 'utf8').trim().split('\n').map(Number)
      return pids.length === count && pids
    } catch {
      return undefined
    }
  }
  return await until(read, BOUND_MS, () => `${count} pids in ${name}`)
}

describe('a command', () => {
  test('gets every byte, then the end, and is awaited', async () => {
    await using home = temporaryHome()
    const sink = await start(home, 'cat > out; echo finished > mark')
    const bytes = randomBytes(2_000_000)
    await writeAll(sink, bytes)
    await sink.finish()
    await sink.close()
    expect(readFileSync(join(home.home, 'out')).equals(bytes)).toBe(true)
    expect(readFileSync(join(home.home, 'mark'), 'utf8')).toBe('finished\n')
  })

  test('can open its input by name, has the folder and the environment of who asked, and no mark of a session', async () => {
    await using home = temporaryHome()
    const sink = await start(
      home,
      'cat /dev/stdin > out; pwd >> out; echo "$GREETING" >> out; env | grep -c ^PERCH_SESSION= >> out; true',
      {
        GREETING: 'hello',
        PERCH_SESSION: '3f2a91c0',
      },
    )
    await writeAll(sink, Buffer.from('in\n'))
    await sink.finish()
    await sink.close()
    expect(readFileSync(join(home.home, 'out'), 'utf8')).toBe(`in\n${home.home}\nhello\n0\n`)
  })

  test('that exits early says so, whether anything is written or not', async () => {
    await using home = temporaryHome()
    const sink = await start(home, 'read -r line; exit 3')
    const broken = new Promise<Error>((resolve) => sink.begin?.(resolve))
    await writeAll(sink, Buffer.from('go\n'))
    expect(await within(broken, BOUND_MS, () => 'the end of the command')).toMatchObject({
      code: 'tee-failed',
      message: 'the command exited with code 3',
    })
    await sink.close()
  })

  test('that fails at its end is a failure of its tee', async () => {
    await using home = temporaryHome()
    const sink = await start(home, 'cat > /dev/null; exit 9')
    await expect(within(Promise.resolve(sink.finish()), BOUND_MS, () => 'the end')).rejects.toMatchObject({
      message: 'the command exited with code 9',
    })
    await sink.close()
  })

  test('that neither reads nor ends is ended with what it started, also when it ignores SIGTERM', async () => {
    await using home = temporaryHome()
    const sink = await start(home, `trap '' TERM; sleep 1000 & echo $$ > pids; echo $! >> pids; while :; do sleep 1000; done`)
    const identities = (await pidsIn(home, 'pids', 2)).map(identifyProcess)
    const pending = sink.write(0, Buffer.alloc(1_000_000))
    await within(Promise.resolve(sink.close()), BOUND_MS, () => 'the end of the command')
    expect(await pending).toBeLessThan(1_000_000)
    for (const identity of identities) {
      await until(
        () => identity === undefined || livenessOf(identity) === 'dead',
        BOUND_MS,
        () => `the end of ${identity?.pid}`,
      )
    }
  })

  test('in a folder that is not there, or one that cannot be started, is refused', async () => {
    await using home = temporaryHome()
    const env = home.env
    await expect(openCommandSink({ command: 'cat', cwd: join(home.home, 'gone'), env })).rejects.toMatchObject({
      code: 'folder-not-found',
    })
    await expect(openCommandSink({ command: 'x'.repeat(200_000), cwd: home.home, env })).rejects.toMatchObject({
      code: 'command-too-long',
    })
    await expect(openCommandSink({ command: 'a\0b', cwd: home.home, env })).rejects.toMatchObject({ code: 'bad-request' })
  })
})

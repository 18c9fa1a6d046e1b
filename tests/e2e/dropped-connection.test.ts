/** A connection to a session that drops while the session goes on: the output goes on at the very byte. */
import { renameSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sessionSocketPath } from '../../src/platform/paths.js'
import { perchText } from '../kit/perch-program.js'
import { startSession } from '../kit/perch-session.js'
import { expectTwin } from '../kit/screen-twin.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { openTerminal } from '../kit/terminal.js'

const SIZE = { cols: 60, rows: 12 }
const DETACH = '\x1c'

/** Passes everything on from `path` to where the socket was moved. */
async function openProxy(path: string): Promise<{ drop(): void } & AsyncDisposable> {
  const moved = `${path}.moved`
  renameSync(path, moved)
  const passed = new Set<Socket>()
  const server = createServer((client) => {
    const host = connect(moved)
    for (const [one, other] of [
      [client, host],
      [host, client],
    ] as const) {
      passed.add(one)
      one.pipe(other)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        passed.delete(one)
        other.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  const drop = () => {
    for (const socket of passed) socket.destroy()
  }
  return {
    drop,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      drop()
      await closed
      renameSync(moved, path)
    },
  }
}

test('nothing is missing and nothing comes twice, on the screen and in what comes after', async () => {
  await using home = temporaryHome()
  const write = `i=0; until [ -e stop ]; do i=$((i+1)); printf 'number %d;\\r\\n' $i; sleep 0.01; done; printf 'all of it'; read line; echo "got $line"; cat`
  const session = await startSession(
    home,
    'exec',
    ['--pty', '--size', `${SIZE.cols}x${SIZE.rows}`, '-n', 'one', '--', 'sh', '-c', write],
    {
      cwd: home.home,
    },
  )
  {
    await using proxy = await openProxy(sessionSocketPath(home.paths, session.id))
    await using terminal = await openTerminal(home, ['attach', 'one'], { size: SIZE })
    for (let dropped = 0; dropped < 3; dropped += 1) {
      const before = terminal.output().byteLength
      await terminal.waitUntil(() => terminal.output().byteLength > before + 300, 'some output')
      proxy.drop()
    }
    writeFileSync(join(home.home, 'stop'), '')
    await terminal.waitForText('all of it')
    const numbers = [
      ...terminal
        .output()
        .toString('latin1')
        .matchAll(/number (\d+);/g),
    ].map(([, number]) => Number(number))
    expect(numbers.length).toBeGreaterThan(30)
    const last = numbers.at(-1) ?? 0
    expect(numbers.slice(-100)).toEqual(
      Array.from({ length: Math.min(100, numbers.length) }, (_, at) => last - Math.min(100, numbers.length) + 1 + at),
    )
    await terminal.type('typed\r')
    await terminal.waitForText('got typed')
    await expectTwin(home, 'one', terminal, SIZE)
    await terminal.type(DETACH)
    expect(await terminal.exit()).toEqual({ code: 0, signal: null })
  }
  await perchText(home, ['kill', 'one', '--grace', '0s'])
})

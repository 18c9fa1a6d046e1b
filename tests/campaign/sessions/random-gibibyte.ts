/** A gigabyte of random bytes through each kind of session and through the command, compared by SHA-256. */

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connectHost } from '../../../src/client/host-connection.js'
import { endHost, startHost } from '../../host/kit/host-program.js'
import { within } from '../../kit/bounded.js'
import { perchBundle } from '../../kit/perch-program.js'
import { type TemporaryHome, temporaryHome } from '../../kit/temporary-home.js'
import { keystream, keystreamProgram } from '../known-bytes.js'
import type { CampaignRun } from '../run.js'
import type { Verdict } from '../verdict.js'

export const GIBIBYTE = 1024 ** 3
const PIECE_BYTES = 1024 * 1024
/** Written once the terminal is in raw mode, where nothing typed is echoed any more. */
const READY = 'R'
/** A PTY moves 50 MB a second on an idle machine. */
const BOUND_MS = 300_000

/** `bytes` are sent through each of the three ways. */
export async function randomBytes(run: CampaignRun, bytes: number): Promise<readonly Verdict[]> {
  await using home = temporaryHome()
  const expected = await hashOfKeystream(run.seed, bytes)
  const program = keystreamProgram(run.seed, bytes)
  const ways: readonly [row: string, how: string, hash: () => Promise<string>][] = [
    ['pipe', 'real host, client library', () => hashThroughHost(home, 'pipe', program)],
    ['PTY in raw mode', 'real host, client library', () => hashThroughHost(home, 'pty', program)],
    ['pipe-through', '`perch exec`', () => hashThroughCommand(home, program)],
  ]
  const verdicts: Verdict[] = []
  for (const [row, how, hash] of ways) {
    const from = performance.now()
    const got = await within(hash(), BOUND_MS, () => `${bytes} bytes through ${row}`).catch((error: unknown) => String(error))
    const mbPerSecond = bytes / 1e3 / (performance.now() - from)
    const isEqual = got === expected
    run.say(`  ${bytes} random bytes, ${row}, ${how}: ${isEqual ? 'equal' : got}, ${mbPerSecond.toFixed(0)} MB/s`)
    verdicts.push({
      row: `SHA-256 over random bytes, ${row}`,
      how,
      runs: bytes < GIBIBYTE ? `${bytes / 1024 ** 2} MiB (sample of 1 GiB)` : '1 GiB',
      measured: isEqual ? `equal, ${mbPerSecond.toFixed(0)} MB/s` : `not equal: ${got}`,
      bar: 'equal over 1 GiB',
      outcome: isEqual ? 'met' : 'missed',
    })
  }
  return verdicts
}

async function hashOfKeystream(seed: number, bytes: number): Promise<string> {
  const next = keystream(seed)
  const hash = createHash('sha256')
  for (let left = bytes; left > 0; left -= PIECE_BYTES) hash.update(next(Math.min(left, PIECE_BYTES)))
  return hash.digest('hex')
}

/** The hash of everything, or what was wrong. */
async function hashThroughHost(home: TemporaryHome, kind: 'pty' | 'pipe', program: string): Promise<string> {
  const raw = kind === 'pty' ? 'stty raw -echo; ' : ''
  const host = await startHost(home, {
    kind,
    argv: ['sh', '-c', `${raw}printf ${READY}; read -r go; exec node -e "$0"`, program],
  })
  const connection = await connectHost(host.socket)
  const hash = createHash('sha256')
  try {
    const { events } = await connection.attach({
      mode: 'controller',
      from: { at: 'offset', offset: 0 },
      streams: [kind === 'pty' ? 'pty' : 'stdout'],
      // A pipe's reader asks to hold the program back, as the command does. A terminal is never held back.
      block: kind === 'pipe',
    })
    for await (const event of events) {
      if (event.type === 'gap') return `a gap from ${event.from} to ${event.to}`
      if (event.type === 'closed' && event.reason !== 'ended') return event.reason
      if (event.type !== 'data') continue
      hash.update(event.bytes.subarray(event.offset === 0 ? READY.length : 0))
      if (event.offset === 0) await connection.input.write(Buffer.from('go\n'))
    }
    return hash.digest('hex')
  } finally {
    connection.close()
    await endHost(host).catch(() => undefined)
  }
}

async function hashThroughCommand(home: TemporaryHome, program: string): Promise<string> {
  const child = spawn(process.execPath, [perchBundle(), 'exec', '--', 'node', '-e', program], {
    cwd: home.home,
    env: { ...home.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(child, 'close')
  const hash = createHash('sha256')
  for await (const chunk of child.stdout) hash.update(chunk)
  const [code] = await closed
  return code === 0 ? hash.digest('hex') : `perch exec ended with ${code}`
}

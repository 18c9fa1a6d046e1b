/**
 * A program that waits for its reader, writes everything at once and exits: every byte arrives, then the end, then the
 * exit. Sizes from 1 B to 64 MiB, spread evenly over the orders of magnitude.
 */
import { createHash } from 'node:crypto'
import { connectHost } from '../../../src/client/host-connection.js'
import { endHost, startHost } from '../../host/kit/host-program.js'
import { perch } from '../../kit/perch-program.js'
import { type TemporaryHome, temporaryHome } from '../../kit/temporary-home.js'
import { openEngineSession } from '../engine-session.js'
import { follow, whatIsMissing } from '../follow.js'
import { type KnownFile, randomFile } from '../known-bytes.js'
import { type Round, repeat } from '../repeat.js'
import type { CampaignRun } from '../run.js'
import { type RowSize, type Verdict, verdictOnLosses } from '../verdict.js'

const LARGEST_BYTES = 64 * 1024 * 1024
/** What the earlier tool lost in 20 of 20 runs. */
const CLASSIC_BYTES = 20_000_000
const AT_ONCE = 2
/** One round in ten is a command, one a host of its own, and one is of the classic size. */
const WAYS = 10
const CODE = 7

export async function bursts(run: CampaignRun, size: RowSize): Promise<Verdict> {
  await using home = temporaryHome()
  const file = randomFile(home.folder('known'), run.seed, LARGEST_BYTES)
  const sessions = home.folder('engine')
  const tally = await repeat(run, { what: 'burst, then exit', rounds: size.rounds, atOnce: AT_ONCE }, (round) => {
    const bytes = round.index % WAYS === 2 ? CLASSIC_BYTES : Math.floor(LARGEST_BYTES ** round.random())
    if (round.index % WAYS === 0) return throughCommand(home, file, bytes)
    if (round.index % WAYS === 1) return throughHost(home, file, bytes, kindOf(round))
    return throughEngine(sessions, file, bytes, kindOf(round))
  })
  const how = 'engine in process 8 of 10, real host 1 of 10, `perch exec` 1 of 10; pipe and PTY in turn'
  return verdictOnLosses('burst of 1 B to 64 MiB, then exit, attached reader', how, size, tally)
}

function kindOf({ random }: Round): 'pty' | 'pipe' {
  return random() < 0.5 ? 'pty' : 'pipe'
}

/** Raw mode, so that a terminal passes on every byte value. The first byte says that the mode is set; the rest waits for a line. */
function burst(kind: 'pty' | 'pipe', { path }: KnownFile, bytes: number): [string, ...string[]] {
  const raw = kind === 'pty' ? 'stty raw -echo; ' : ''
  const script = `${raw}head -c 1 ${path}; read -r go; tail -c +2 ${path} | head -c ${bytes - 1}; exit ${CODE}`
  return ['/bin/sh', '-c', script]
}

async function throughEngine(folder: string, file: KnownFile, bytes: number, kind: 'pty' | 'pipe'): Promise<string | undefined> {
  await using session = await openEngineSession(folder, { kind, argv: burst(kind, file, bytes) })
  const lost = await followBurst(session.socket, file, bytes)
  return lost ?? session.problems.map(String)[0]
}

async function throughHost(
  home: TemporaryHome,
  file: KnownFile,
  bytes: number,
  kind: 'pty' | 'pipe',
): Promise<string | undefined> {
  const host = await startHost(home, { kind, argv: burst(kind, file, bytes) })
  const lost = await followBurst(host.socket, file, bytes)
  if (lost !== undefined) await endHost(host)
  await host.gone
  return lost
}

async function followBurst(socket: string, file: KnownFile, bytes: number): Promise<string | undefined> {
  const connection = await connectHost(socket)
  try {
    const attachment = await connection.attach({ mode: 'controller', from: { at: 'offset', offset: 0 } })
    let isWaiting = true
    const goAhead = () => {
      if (isWaiting) void connection.input.write(Buffer.from('go\n'))
      isWaiting = false
      return false
    }
    return whatIsMissing(await follow(attachment, () => file.expected, goAhead), { bytes, code: CODE })
  } finally {
    connection.close()
  }
}

async function throughCommand(home: TemporaryHome, file: KnownFile, bytes: number): Promise<string | undefined> {
  const done = await perch(home, ['exec', '--', ...burst('pipe', file, bytes)], { input: 'go\n', boundMs: 100_000 })
  if (done.code !== CODE) return `perch exec ended with ${done.code ?? done.signal}: ${done.stderr}`
  const expected = createHash('sha256').update(file.bytes.subarray(0, bytes)).digest('hex')
  const got = createHash('sha256').update(done.stdout).digest('hex')
  return got === expected ? undefined : `${done.stdout.byteLength} of ${bytes} bytes came out of perch exec, or others`
}

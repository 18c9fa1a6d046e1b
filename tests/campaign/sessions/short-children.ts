/**
 * Programs that have ended before anybody could look: 20 KB on a terminal, and programs of both kinds with a few bytes.
 * The reader comes at a random moment of the short life, and the log that stays is compared as well.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { connectHost } from '../../../src/client/host-connection.js'
import { openEndedLog } from '../../../src/host/log/ended-log.js'
import { startHost } from '../../host/kit/host-program.js'
import { perch } from '../../kit/perch-program.js'
import { type TemporaryHome, temporaryHome } from '../../kit/temporary-home.js'
import { type EngineSession, openEngineSession } from '../engine-session.js'
import { follow, whatIsMissing } from '../follow.js'
import { type KnownFile, plainFile } from '../known-bytes.js'
import { repeat } from '../repeat.js'
import type { CampaignRun } from '../run.js'
import { type RowSize, type Verdict, verdictOnLosses } from '../verdict.js'

const CLASSIC_BYTES = 20_000
/** Most programs say little. */
const SHORT_BYTES = 4_000
const AT_ONCE = 4
/** The life of such a program is 2 to 6 ms. */
const LATEST_JOIN_MS = 8
/** One round in fifty is a command or a host of its own, each a hundred times as long as a round in this process. */
const WAYS = 50

type Kind = 'pty' | 'pipe'

/** The classic of the earlier tools: every Node library for terminals but one loses the tail. */
export async function shortTerminalChildren(run: CampaignRun, size: RowSize): Promise<Verdict> {
  const row = 'short-lived PTY child, 20 KB'
  return verdictOnLosses(row, HOW, size, await childrenOf(run, row, 'pty', size.rounds, () => CLASSIC_BYTES))
}

export async function shortChildren(run: CampaignRun, kind: Kind, size: RowSize): Promise<Verdict> {
  const row = `short ${kind === 'pty' ? 'PTY' : 'pipe'} child, 0 to 4 KB`
  const tally = await childrenOf(run, row, kind, size.rounds, (random) => Math.floor(random() * SHORT_BYTES))
  return verdictOnLosses(row, HOW, size, tally)
}

const HOW =
  'engine in process, reader joins at a random moment, and the log on the disk; 1 of 50 a real host, 1 of 50 `perch exec`'

async function childrenOf(run: CampaignRun, what: string, kind: Kind, rounds: number, sizeOf: (random: () => number) => number) {
  await using home = temporaryHome()
  const file = plainFile(home.folder('known'), run.seed, CLASSIC_BYTES)
  const sessions = home.folder('engine')
  return await repeat(run, { what, rounds, atOnce: AT_ONCE }, async ({ index, random }) => {
    const bytes = sizeOf(random)
    const code = Math.floor(random() * 256)
    const argv: [string, ...string[]] = ['/bin/sh', '-c', `head -c ${bytes} ${file.path}; exit ${code}`]
    if (index % WAYS === 0) return await throughCommand(home, kind, argv, file, bytes, code)
    if (index % WAYS === 1) return await throughHost(home, kind, argv, file, bytes, code)
    await using session = await openEngineSession(sessions, { kind, argv, expectsClient: true })
    await sleep(random() * LATEST_JOIN_MS)
    return (
      (await followChild(session.socket, file, bytes, code)) ??
      (await whatTheLogLacks(session, kind, file, bytes)) ??
      session.problems.map(String)[0]
    )
  })
}

async function followChild(socket: string, file: KnownFile, bytes: number, code: number): Promise<string | undefined> {
  const connection = await connectHost(socket)
  try {
    const attachment = await connection.attach({ mode: 'controller', from: { at: 'offset', offset: 0 } })
    return whatIsMissing(await follow(attachment, () => file.expected), { bytes, code })
  } finally {
    connection.close()
  }
}

async function whatTheLogLacks(
  { folder, over }: EngineSession,
  kind: Kind,
  file: KnownFile,
  bytes: number,
): Promise<string | undefined> {
  await over
  const log = await openEndedLog(folder)
  const stream = kind === 'pty' ? 'pty' : 'stdout'
  const read = await log.read(stream, 0, CLASSIC_BYTES + 1)
  const kept = read.kind === 'data' ? read.bytes : Buffer.alloc(0)
  const isWhole = kept.byteLength === bytes && file.expected(0, kept)
  return isWhole ? undefined : `the log holds ${kept.byteLength} of ${bytes} bytes, or others`
}

async function throughHost(
  home: TemporaryHome,
  kind: Kind,
  argv: [string, ...string[]],
  file: KnownFile,
  bytes: number,
  code: number,
) {
  const host = await startHost(home, { kind, argv, mangle: (spec) => ({ ...spec, expectsClient: true }) })
  const lost = await followChild(host.socket, file, bytes, code)
  await host.gone
  return lost
}

async function throughCommand(home: TemporaryHome, kind: Kind, argv: string[], file: KnownFile, bytes: number, code: number) {
  const done = await perch(home, ['exec', ...(kind === 'pty' ? ['--pty'] : []), '--', ...argv])
  if (done.code !== code) return `perch exec ended with ${done.code ?? done.signal}, not ${code}: ${done.stderr}`
  const isWhole = done.stdout.byteLength === bytes && file.expected(0, done.stdout)
  return isWhole ? undefined : `${done.stdout.byteLength} of ${bytes} bytes came out of perch exec, or others`
}

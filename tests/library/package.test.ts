/** The package as a program sees it: what importing it loads, and what its types say. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryHome } from '../kit/temporary-home.js'
import { installPackage } from './kit/installed-package.js'

/** Uses what the types promise, and marks what they must refuse: an unused mark is an error itself. */
const CONSUMER = `
import {
  acquireRuntime, connectHost, connectPerch, hasLiveSession, openPipeSession, openPtySession, PerchError, perchPaths,
  readSessionLog, sessionRequest, stopDaemon,
  type AttachmentEvent, type EmbeddedSession, type ExitRecord, type PerchClient, type RuntimeLease, type SessionAttachment, type Tee,
  type TeePiece,
} from 'perch'

export async function ok(signal: AbortSignal): Promise<number | null> {
  await using session: EmbeddedSession = await openPtySession({ argv: ['sh'], size: { cols: 80, rows: 24 }, env: process.env, signal })
  await using attachment: SessionAttachment = session.attach({ mode: 'controller', from: { at: 'tail', lines: 3 } })
  for await (const event of attachment) told(event)
  const ring = await session.tees.add({ kind: 'ring', capacityBytes: 1 })
  const pieces: readonly TeePiece[] = ring.read()
  const channel = await session.tees.add({ kind: 'channel', capacityBytes: 1 }, { policy: 'drop-newest', stream: 'stdin' })
  for await (const piece of channel) if (piece.type === 'missed') return piece.to - piece.from + pieces.length
  const tee: Tee = (await session.tees.add({ kind: 'file', path: 'x' })).status()
  const record: ExitRecord = await session.close()
  return record.exit.code ?? tee.missed
}

function told(event: AttachmentEvent): string {
  switch (event.type) {
    case 'data':
      return Buffer.from(event.bytes).toString()
    case 'screen':
      return String(event.bytes.byteLength)
    case 'gap':
      return String(event.to - event.from)
    case 'end':
      return event.stream
    case 'exit':
      return event.record.exit.outcome
    case 'size':
      return String(event.size.cols)
    case 'closed':
      return event.reason
  }
}

export async function remote(client: PerchClient = connectPerch({ paths: perchPaths() })): Promise<string> {
  const lease: RuntimeLease = await acquireRuntime({ profile: 'work' })
  const live: boolean | 'unknown' = await hasLiveSession('work')
  const { session } = await client.createSession(sessionRequest({ argv: ['true'], kind: 'pty' }))
  for await (const event of readSessionLog(client, session.id, { from: { at: 'live' }, follow: live !== false })) told(event)
  const { socket } = await client.endpoint(session.name ?? session.id)
  if (socket !== null) (await connectHost(socket)).close()
  await stopDaemon(perchPaths(), process.env)
  return lease.folder ?? new PerchError('x', 'y').code
}

export async function refused(session: EmbeddedSession): Promise<void> {
  // @ts-expect-error: either argv or command
  await openPipeSession({ argv: ['true'], command: 'true' })
  // @ts-expect-error: nothing to run
  await openPipeSession({ cwd: '/' })
  // @ts-expect-error: a terminal has no stderr to merge
  await openPtySession({ argv: ['true'], mergeStderr: true })
  // @ts-expect-error: no such place
  await openPipeSession({ argv: ['true'], log: { in: 'disk' } })
  // @ts-expect-error: a callback cannot be read
  ;(await session.tees.add({ kind: 'callback', callback: () => {} })).read()
  // @ts-expect-error: nothing can be set
  session.pid = 1
}
`

/** Everything that `import 'perch'` reads, in bytes: a few milliseconds. */
const IMPORT_LIMIT_BYTES = 150 * 1024

describe('the package', { timeout: 120_000 }, () => {
  it('has types of its own that a strict consumer can use, and that refuse what would fail', async () => {
    await using home = temporaryHome()
    expect(await installPackage(home).typeCheck({ consumer: CONSUMER })).toEqual([])
  })

  it('loads nothing native for a program that has a client of the daemon', async () => {
    await using home = temporaryHome()
    const source = `
      import { connectPerch } from 'perch'
      await connectPerch({ autostart: false }).listSessions().catch((error) => console.log(error.code))
      const { sharedObjects } = process.report.getReport()
      console.log(sharedObjects.filter((path) => path.endsWith('.node')))`
    const done = await installPackage(home).run('client', source)
    expect(done).toMatchObject({ code: 0, stderr: '' })
    expect(done.stdout.toString()).toBe('daemon-unreachable\n[]\n')
  })

  it('reads neither the engine of sessions nor that of runtimes before somebody asks for one', async () => {
    await using home = temporaryHome()
    const code = staticallyImported(join(installPackage(home).folder, 'node_modules/perch/dist'), 'index.js')
    expect(code).toContain('openPtySession')
    expect(code).not.toMatch(/class (OwnedSession|StreamLog|PacedWriter|Termination)\b|function (drainRuntime|buildRuntime)\b/)
    expect(code.length).toBeLessThan(IMPORT_LIMIT_BYTES)
  })
})

/** The text of a module and of all that it imports from beside it, but for what it imports on demand. */
function staticallyImported(folder: string, entry: string): string {
  const texts = new Map<string, string>()
  const queue = [entry]
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (texts.has(name)) continue
    const text = readFileSync(join(folder, name), 'utf8')
    texts.set(name, text)
    for (const [, imported] of text.matchAll(/^(?:import|\} from|export .* from|import .* from) "\.\/([^"]+)";$/gm)) {
      if (imported !== undefined) queue.push(imported)
    }
  }
  return [...texts.values()].join('\n')
}

/** A client of wire version 1, byte for byte as it was recorded, with the host of today: it must get what it got then. */
import { expect, test } from 'vitest'
import { decodeJsonPayload, FRAME, type Frame } from '../../src/api/frames.js'
import { errnoOf } from '../../src/platform/perch-error.js'
import { until } from '../kit/bounded.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { type RecordedConversation, type RecordedFrame, recordedConversation } from '../kit/wire-1.js'
import { startHost, TEST_BOUND_MS } from './kit/host-program.js'
import { type RawPeer, rawPeer } from './kit/raw-peer.js'

/** Other each time, and the words of messages, which are for people. */
const VOLATILE = new Set(['perch', 'session', 'epoch', 'since', 'at', 'endedAt', 'pid', 'message', 'hint'])

test.each(['pipe', 'terminal', 'refusals', 'gap', 'daemon'])('the conversation "%s"', async (name) => {
  const recorded = recordedConversation(name)
  await using home = temporaryHome()
  const { argv, kind, limits } = recorded.session
  const host = await startHost(home, { argv, kind, limits })
  await using peer = rawPeer(host.socket)
  await speak(peer, recorded)

  for (const group of new Set(recorded.frames.filter(({ from }) => from === 'host').map(groupOf))) {
    expect({ group, said: documentsOf(peer.frames, group) }).toMatchObject({ group, said: documentsRecorded(recorded, group) })
  }
  const then = recorded.frames.filter(({ from }) => from === 'host').map(({ frame }) => frame)
  for (const stream of [1, 2, 3]) {
    // Of a gap's stream the recording ends with the gap.
    if (then.some(({ type, stream: of }) => type === FRAME.gap && of === stream)) continue
    expect(textOf(peer.frames, stream)).toBe(textOf(then, stream))
  }
  const order = (frames: readonly Frame[]) =>
    frames.map(({ type }) => type).filter((type) => type === FRAME.exit || type === FRAME.closed)
  expect(order(peer.frames)).toEqual(order(then))
  // In some of the conversations the session has ended, and its host with it.
  endProcess(host.pid)
  await host.gone
})

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM')
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw error
  }
}

/** Says what the client said, each time after the host has said as much as it had then. */
async function speak(peer: RawPeer, { frames }: RecordedConversation): Promise<void> {
  const awaited: RecordedFrame[] = []
  const isThere = () =>
    [...new Set(awaited.map(groupOf))].every((group) => count(peer.frames, group) >= countRecorded(awaited, group))
  const texts = () =>
    [1, 2, 3].every((stream) =>
      textOf(peer.frames, stream).includes(
        textOf(
          awaited.map(({ frame }) => frame),
          stream,
        ),
      ),
    )
  for (const next of [...frames, undefined]) {
    if (next?.from === 'host') {
      awaited.push(next)
      continue
    }
    await until(
      () => isThere() && texts(),
      TEST_BOUND_MS,
      () => `what the host had said before ${next ? JSON.stringify(next.json) : 'the end'}; it said ${describe(peer.frames)}`,
    )
    if (next) peer.socket.write(next.bytes)
  }
}

/** Frames of one type; events of one kind, since later versions have more kinds. */
function groupOf({ frame, json }: Pick<RecordedFrame, 'frame' | 'json'>): string {
  if (frame.type === FRAME.event && typeof json === 'object' && json !== null && 'type' in json)
    return `event ${String(json.type)}`
  return frame.type === FRAME.data ? 'data' : `${frame.type} of ${frame.stream}`
}

function grouped(frames: readonly Frame[], group: string): readonly { readonly json: unknown }[] {
  return frames
    .map((frame) => ({ frame, json: frame.type === FRAME.data ? undefined : decodeJsonPayload(frame) }))
    .filter((candidate) => groupOf(candidate) === group)
}

function count(frames: readonly Frame[], group: string): number {
  return group === 'data' ? Number.POSITIVE_INFINITY : grouped(frames, group).length
}

function countRecorded(frames: readonly RecordedFrame[], group: string): number {
  return frames.filter((frame) => groupOf(frame) === group).length
}

function documentsOf(frames: readonly Frame[], group: string): unknown[] {
  return group === 'data' ? [] : grouped(frames, group).map(({ json }) => json)
}

/** What the old host said, as something to be matched: fields may be added, none may be missing or mean something else. */
function documentsRecorded({ frames }: RecordedConversation, group: string): unknown[] {
  if (group === 'data') return []
  const said = frames.filter((frame) => frame.from === 'host' && groupOf(frame) === group)
  return said.map(({ json }) => withoutVolatile(json))
}

function withoutVolatile(value: unknown, key = ''): unknown {
  if (VOLATILE.has(key)) return value === null ? value : expect.any(Object(value).constructor)
  if (Array.isArray(value)) {
    const items = value.map((item) => withoutVolatile(item))
    // It was ended without any grace: whether SIGKILL finds it still there is up to the system.
    return key === 'signalsSent' ? expect.arrayContaining(items) : items
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, withoutVolatile(field, name)]))
}

function textOf(frames: readonly Frame[], stream: number): string {
  return Buffer.concat(
    frames.filter(({ type, stream: of }) => type === FRAME.data && of === stream).map(({ payload }) => payload),
  ).toString()
}

function describe(frames: readonly Frame[]): string {
  return frames.map(({ type, payload }) => `${type} ${Buffer.from(payload).toString().slice(0, 200)}`).join('\n')
}

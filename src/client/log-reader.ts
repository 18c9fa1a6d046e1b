/**
 * One way to read what a session wrote, whether it runs, has ended, or ends meanwhile: from its host while that lives,
 * from the daemon afterwards. Every byte held comes once and in order for each stream, a gap is told, and the end of the
 * streams comes before the exit. When a host dies, what it had put into the log is still read to its end.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { StreamExtent } from '../api/session.js'
import { onAbort } from '../platform/on-abort.js'
import { PerchError } from '../platform/perch-error.js'
import { readEndedSession } from './ended-session-log.js'
import { connectHost, type HostConnection } from './host-connection.js'
import type { LogEvent, LogRequest } from './log-request.js'
import type { PerchClient } from './perch-client.js'

/** A session whose host just died is shown as running until the daemon has noticed, which takes milliseconds. */
const SETTLE_TRIES = 50
const SETTLE_PAUSE_MS = 50

/**
 * Reads a session's log.
 * @throws PerchError `session-not-found`, `stream-unavailable`, `host-lost`, `kicked`; the signal's reason when aborted
 */
export async function* readSessionLog(
  client: Pick<PerchClient, 'endpoint' | 'readLog'>,
  session: string,
  request: LogRequest,
): AsyncGenerator<LogEvent, void, void> {
  const read = new Map<string, number>()
  let id = session
  for (let tries = 0; ; tries++) {
    request.signal?.throwIfAborted()
    const endpoint = await client.endpoint(id)
    // A name may belong to another session by the time of the second question.
    id = endpoint.session.id
    if (endpoint.socket === null) {
      yield* readEndedSession(client, endpoint.session, request, read)
      return
    }
    if (read.size === 0) {
      const connection = await connectUnlessGone(endpoint.socket)
      if (connection && (yield* readLive(connection, request, read))) return
    }
    if (tries >= SETTLE_TRIES) throw new PerchError('host-lost', `session ${id} runs, but its host cannot be reached`)
    await sleep(SETTLE_PAUSE_MS)
  }
}

async function connectUnlessGone(socketPath: string): Promise<HostConnection | undefined> {
  try {
    return await connectHost(socketPath)
  } catch (error) {
    if (error instanceof PerchError && error.code === 'host-lost') return undefined
    throw error
  }
}

/** Whether the reading is complete; false when the host was lost before. */
async function* readLive(
  connection: HostConnection,
  request: LogRequest,
  read: Map<string, number>,
): AsyncGenerator<LogEvent, boolean, void> {
  const unlisten = onAbort(request.signal, () => connection.close())
  try {
    const until = request.follow ? undefined : (await connection.status()).streams
    const streams = request.stream ? [request.stream] : undefined
    const { attached, events } = await connection.attach({
      mode: 'viewer',
      from: request.from,
      ...(streams && { streams }),
    })
    for (const [stream, offset] of Object.entries(attached.offsets)) read.set(stream, offset)
    if (until && isReadUpTo(until, read)) return true
    for await (const event of events) {
      if (event.type === 'closed') {
        request.signal?.throwIfAborted()
        if (event.reason === 'kicked') throw kicked(event.by)
        return event.reason !== 'host-lost'
      }
      if (event.type === 'size' || event.type === 'screen') continue
      const shown = until ? cutAt(event, until) : event
      advance(event, read)
      if (shown) yield shown
      if (until && isReadUpTo(until, read)) return true
    }
    return false
  } catch (error) {
    // The connection was closed by the signal, whatever of it was waited for.
    request.signal?.throwIfAborted()
    if (error instanceof PerchError && error.code === 'host-lost') return false
    throw error
  } finally {
    unlisten()
    connection.close()
  }
}

function kicked(by: string | undefined): PerchError {
  return new PerchError('kicked', `the reading was ended by ${by ?? 'somebody else'}`, { hint: 'The session goes on.' })
}

function isReadUpTo(extents: Readonly<Record<string, StreamExtent>>, read: ReadonlyMap<string, number>): boolean {
  return [...read].every(([stream, offset]) => offset >= (extents[stream]?.end ?? 0))
}

/** The event without what was written after the reading began; undefined when nothing of it is left. */
function cutAt(event: LogEvent, extents: Readonly<Record<string, StreamExtent>>): LogEvent | undefined {
  if (event.type !== 'data') return event.type === 'gap' ? event : undefined
  const room = (extents[event.stream]?.end ?? 0) - event.offset
  return room <= 0 ? undefined : { ...event, bytes: event.bytes.subarray(0, room) }
}

function advance(event: LogEvent, read: Map<string, number>): void {
  if (event.type === 'data') read.set(event.stream, event.offset + event.bytes.byteLength)
  else if (event.type === 'gap') read.set(event.stream, event.to)
}

/** The log of a session that is over, as the same events that a live one gives, read from the daemon. */
import type { AttachFrom } from '../api/attach-protocol.js'
import type { Session, StreamExtent, StreamName } from '../api/session.js'
import type { LogStart } from './call-route.js'
import type { LogEvent, LogRequest } from './log-request.js'
import type { PerchClient } from './perch-client.js'

/** What `screen` shows of an ended terminal session: as much as a live host replays. */
const SCREEN_REPLAY_BYTES = 256 * 1024

/** One stream after the other, each with its end; then the exit. `read` says where a reading that began live goes on. */
export async function* readEndedSession(
  client: Pick<PerchClient, 'readLog'>,
  session: Session,
  request: LogRequest,
  read: ReadonlyMap<string, number>,
): AsyncGenerator<LogEvent, void, void> {
  const streams = request.stream ? [request.stream] : outputStreams(session)
  for (const stream of streams) {
    const asked = logStart(request.from, session.streams[stream], read.get(stream))
    const { offset: first, bytes } = await client.readLog(session.id, stream, asked)
    let offset = first
    if ('from' in asked && asked.from < first) yield { type: 'gap', stream, from: asked.from, to: first }
    for await (const chunk of bytes) {
      request.signal?.throwIfAborted()
      yield { type: 'data', stream, offset, bytes: chunk }
      offset += chunk.byteLength
    }
    yield { type: 'end', stream, offset }
  }
  const { exit, endedAt } = session
  if (exit) yield { type: 'exit', record: { schema: 1, endedAt: endedAt ?? session.createdAt, exit, streams: session.streams } }
}

function logStart(from: AttachFrom, extent: StreamExtent | undefined, alreadyRead: number | undefined): LogStart {
  if (alreadyRead !== undefined) return { from: alreadyRead }
  const { start, end } = extent ?? { start: 0, end: 0 }
  switch (from.at) {
    case 'tail':
      return { tail: from.lines }
    case 'offset':
      return { from: from.offset }
    case 'live':
      return { from: end }
    case 'screen':
      return { from: Math.max(start, end - SCREEN_REPLAY_BYTES) }
  }
}

function outputStreams(session: Session): StreamName[] {
  const all: readonly StreamName[] = ['pty', 'stdout', 'stderr']
  return all.filter((stream) => stream in session.streams)
}

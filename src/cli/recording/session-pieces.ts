/** Everything that the log of a session holds, with its times: from its beginning to what was written when this began. */
import type { Session, StreamName } from '../../api/session.js'
import { readSessionLog } from '../../client/log-reader.js'
import type { PerchClient } from '../../client/perch-client.js'
import { mergeByTime } from './merge-by-time.js'
import { timedOutput } from './timed-output.js'
import type { TimedPiece } from './timed-piece.js'

const OUTPUTS: readonly StreamName[] = ['pty', 'stdout', 'stderr']

export function sessionPieces(
  client: Pick<PerchClient, 'endpoint' | 'readLog' | 'readLogIndex'>,
  { id, streams }: Pick<Session, 'id' | 'streams'>,
): AsyncGenerator<TimedPiece, void, void> {
  const outputs = OUTPUTS.filter((stream) => stream in streams).map((stream) => {
    const events = readSessionLog(client, id, { stream, from: { at: 'offset', offset: 0 }, follow: false })
    return timedOutput(events, (from) => client.readLogIndex(id, stream, from))
  })
  return mergeByTime(outputs)
}

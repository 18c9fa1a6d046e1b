/** When the bytes of a session's stream came: the index beside its log, of a live session as well. */
import { streamNames } from '../../api/stream-names.js'
import { INDEX_END_HEADER } from '../../api/version.js'
import { openStoredIndex } from '../../host/log/stored-index.js'
import { PerchError } from '../../platform/perch-error.js'
import type { ByteReply } from './http-reply.js'
import { wholeNumber } from './whole-number.js'

/**
 * The records from the asked offset on. Of a stream of which the disk holds nothing there are none.
 * @throws PerchError `stream-unavailable`, `bad-request`
 */
export async function readLogIndex(folder: string, query: URLSearchParams): Promise<ByteReply> {
  const stream = query.get('stream') ?? ''
  if (!streamNames.some((name) => name === stream)) {
    throw new PerchError('stream-unavailable', `there is no stream ${JSON.stringify(stream)}`)
  }
  const index = await openStoredIndex(folder, stream, wholeNumber('from', query.get('from') ?? '0'))
  return { headers: { 'content-length': index.lengthBytes, [INDEX_END_HEADER]: index.end }, bytes: index.pieces() }
}

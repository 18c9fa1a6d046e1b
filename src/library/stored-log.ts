/** The reading behind `readStoredLog`. */
import * as v from 'valibot'
import { StreamName } from '../api/session.js'
import { openEndedLog } from '../host/log/ended-log.js'
import { checkOptions } from './check-options.js'
import { PlainText } from './common-options.js'
import type { StreamEvent } from './embedded-session.js'
import type { StoredLogOptions } from './read-stored-log.js'

/** As a frame of an attachment. */
const PIECE_BYTES = 64 * 1024

const Count = v.pipe(v.number(), v.integer(), v.minValue(0))
const StoredLogOptionsSchema = v.strictObject({
  from: v.optional(
    v.variant('at', [
      v.strictObject({ at: v.literal('offset'), offset: Count }),
      v.strictObject({ at: v.literal('tail'), lines: Count }),
    ]),
    { at: 'offset', offset: 0 },
  ),
  signal: v.optional(v.instance(AbortSignal)),
})

/** As `readStoredLog`. */
export async function* readStored(
  folder: string,
  stream: StreamName,
  options: StoredLogOptions,
): AsyncGenerator<StreamEvent, void, void> {
  const path = checkOptions('readStoredLog', v.pipe(PlainText, v.nonEmpty()), folder)
  const name = checkOptions('readStoredLog', StreamName, stream)
  const { from, signal } = checkOptions('readStoredLog', StoredLogOptionsSchema, options)
  const log = await openEndedLog(path)
  let offset = from.at === 'offset' ? from.offset : await log.lastLinesStart(name, from.lines)
  for (;;) {
    signal?.throwIfAborted()
    const read = await log.read(name, offset, PIECE_BYTES)
    switch (read.kind) {
      case 'data':
        yield { type: 'data', stream: name, offset, bytes: read.bytes }
        offset += read.bytes.byteLength
        break
      case 'gap':
        yield { type: 'gap', stream: name, from: read.from, to: read.to }
        offset = read.to
        break
      case 'end':
        yield { type: 'end', stream: name, offset: read.offset }
        return
    }
  }
}

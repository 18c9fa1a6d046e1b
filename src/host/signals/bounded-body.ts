/** The body of a request, as far as it may be long; unpacked when it came packed. */
import type { IncomingMessage } from 'node:http'
import { createGunzip } from 'node:zlib'
import { PerchError } from '../../platform/perch-error.js'

/** An export of a second is some tens of KiB; one of an agent that was held up, a few MiB. */
const BODY_LIMIT_BYTES = 4 * 1024 * 1024

/** @throws PerchError `body-too-large`; or the error of a connection that broke, or of packed data that is none */
export async function readBoundedBody(request: IncomingMessage): Promise<Buffer> {
  const isPacked = request.headers['content-encoding'] === 'gzip'
  const source: AsyncIterable<Buffer> = isPacked ? request.pipe(createGunzip()) : request
  const parts: Buffer[] = []
  let length = 0
  for await (const part of source) {
    length += part.byteLength
    if (length > BODY_LIMIT_BYTES)
      throw new PerchError('request-too-large', `the export is larger than ${BODY_LIMIT_BYTES} bytes`)
    parts.push(part)
  }
  return Buffer.concat(parts, length)
}

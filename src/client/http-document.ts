/**
 * One HTTP/1.0 request on one connection, answered by a document that is taken as a whole. It is what a command that asks
 * and prints spends its time on, so it uses as little of Node's streams as there is: each part of them that is used for the
 * first time has to be compiled (iterating, or reading on `readable`, cost `perch ls` 1 to 2 ms).
 */
import type { Socket } from 'node:net'
import { PerchError } from '../platform/perch-error.js'
import {
  bodyLengthBytes,
  brokenOff,
  cutOff,
  encodeRequest,
  HEAD_END,
  HEAD_LIMIT_BYTES,
  type HttpHead,
  type HttpRequest,
  notPerchd,
  parseHead,
} from './http-message.js'

export interface HttpDocument {
  readonly head: HttpHead
  readonly body: Buffer
}

/**
 * Sends the request on a connected socket, which is closed soon after the reply is there, or when that fails.
 * @throws PerchError `daemon-unreachable` when the connection ends before the announced end
 */
export function exchangeDocument(socket: Socket, request: HttpRequest): Promise<HttpDocument> {
  return new Promise((resolve, reject) => {
    let held: Buffer | undefined
    let head: HttpHead | undefined
    let lengthBytes = Number.POSITIVE_INFINITY
    // The first of these decides; what the connection still does after it changes nothing.
    const done = () => {
      // Not at once: closing takes longer than using the reply, after which most commands are over.
      setImmediate(() => socket.destroy())
      if (head) resolve({ head, body: held?.subarray(0, lengthBytes) ?? Buffer.alloc(0) })
    }
    const fail = (error: PerchError) => {
      socket.destroy()
      reject(error)
    }
    const over = () => (head && lengthBytes === Number.POSITIVE_INFINITY ? done() : fail(brokenOff(undefined)))
    socket.on('error', (error) => {
      if (error instanceof PerchError) reject(error)
      else fail(head ? cutOff(error) : brokenOff(error))
    })
    socket.once('end', over)
    socket.once('close', over)
    socket.on('data', (chunk: Buffer) => {
      held = held ? Buffer.concat([held, chunk]) : chunk
      try {
        if (!head) {
          const end = headEnd(held)
          if (end < 0) return
          head = parseHead(held.toString('latin1', 0, end))
          lengthBytes = bodyLengthBytes(head)
          held = held.subarray(end + HEAD_END.length)
        }
        if (held.byteLength >= lengthBytes) done()
      } catch (error) {
        fail(error instanceof PerchError ? error : brokenOff(error))
      }
    })
    socket.write(encodeRequest(request))
  })
}

/** Where the head ends, or -1 when that has not come yet. @throws PerchError `daemon-unreachable` */
function headEnd(held: Buffer): number {
  const end = held.indexOf(HEAD_END)
  if (end < 0 && held.byteLength > HEAD_LIMIT_BYTES) throw notPerchd()
  return end
}

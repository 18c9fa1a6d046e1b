/** What the calls of a session take, checked. */
import * as v from 'valibot'
import { AttachFrom } from '../api/attach-protocol.js'
import { Size, StreamName } from '../api/session.js'
import { PerchError } from '../platform/perch-error.js'
import { checkOptions } from './check-options.js'

const signal = v.optional(v.instance(AbortSignal))

const AttachOptionsSchema = v.strictObject({
  mode: v.optional(v.picklist(['controller', 'viewer']), 'viewer'),
  from: v.optional(AttachFrom, { at: 'offset', offset: 0 }),
  streams: v.optional(v.array(StreamName)),
  steal: v.optional(v.boolean()),
  block: v.optional(v.boolean()),
  size: v.optional(Size),
  signal,
})
const WriteOptions = v.optional(v.strictObject({ signal }), {})
const ReadLogOptionsSchema = v.optional(
  v.strictObject({ from: v.optional(AttachFrom), follow: v.optional(v.boolean()), signal }),
  {},
)
const TerminateOptions = v.optional(v.strictObject({ graceMs: v.optional(v.pipe(v.number(), v.minValue(0))), signal }), {})

/** With the defaults filled in. @throws PerchError `bad-request` */
export function checkAttachOptions(options: unknown): v.InferOutput<typeof AttachOptionsSchema> {
  return checkOptions('attach', AttachOptionsSchema, options)
}

/** @throws PerchError `bad-request` */
export function checkWriteOptions(options: unknown): v.InferOutput<typeof WriteOptions> {
  return checkOptions('write', WriteOptions, options)
}

/** @throws PerchError `bad-request` */
export function checkReadLogOptions(options: unknown): v.InferOutput<typeof ReadLogOptionsSchema> {
  return checkOptions('readLog', ReadLogOptionsSchema, options)
}

/** @throws PerchError `bad-request` */
export function checkTerminateOptions(options: unknown): v.InferOutput<typeof TerminateOptions> {
  return checkOptions('terminate', TerminateOptions, options)
}

/** The bytes, of a text as UTF-8. @throws PerchError `bad-request` */
export function bytesOf(data: string | Uint8Array): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data)
  if (data instanceof Uint8Array) return data
  throw new PerchError('bad-request', `write: expects a string or a Uint8Array, not ${typeof data}`)
}

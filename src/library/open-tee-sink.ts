/** The sinks that a program may name for a tee, checked and opened. */
import { resolve } from 'node:path'
import * as v from 'valibot'
import { callbackSink } from '../host/tee/sinks/callback-sink.js'
import { ChannelSink } from '../host/tee/sinks/channel-sink.js'
import { openCommandSink } from '../host/tee/sinks/command-sink.js'
import { descriptorSink } from '../host/tee/sinks/descriptor-sink.js'
import { openFileSink } from '../host/tee/sinks/file-sink.js'
import { RingSink } from '../host/tee/sinks/ring-sink.js'
import type { TeePiece, TeeSink } from '../host/tee/tee-sink.js'
import { checkOptions } from './check-options.js'
import { EnvironmentSchema, PlainText } from './common-options.js'
import { definedVariables } from './defined-variables.js'
import type { TeeSinkOptions } from './session-tees.js'

const positive = v.pipe(v.number(), v.integer(), v.minValue(1))
const callback = v.custom<(piece: TeePiece) => unknown>((value) => typeof value === 'function', 'a function')

const SinkSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('ring'), capacityBytes: positive }),
  v.strictObject({ kind: v.literal('channel'), capacityBytes: positive }),
  v.strictObject({ kind: v.literal('callback'), callback }),
  v.strictObject({ kind: v.literal('descriptor'), fd: v.pipe(v.number(), v.integer(), v.minValue(0)) }),
  v.strictObject({
    kind: v.literal('file'),
    path: v.pipe(PlainText, v.nonEmpty()),
    append: v.optional(v.boolean()),
    rotateBytes: v.optional(positive),
    keep: v.optional(positive),
  }),
  v.strictObject({
    kind: v.literal('command'),
    command: v.pipe(PlainText, v.nonEmpty()),
    cwd: v.optional(PlainText),
    env: v.optional(EnvironmentSchema),
  }),
])
type CheckedSink = v.InferOutput<typeof SinkSchema>

/** @throws PerchError `bad-request` */
export function checkSinkOptions(options: TeeSinkOptions): CheckedSink {
  return checkOptions('tees.add', SinkSchema, options)
}

/**
 * Opens the sink.
 * @throws PerchError `bad-request`, `tee-failed`, `not-writable`, `disk-full`, `folder-not-found`, `spawn-failed`
 */
export async function openTeeSink(sink: CheckedSink): Promise<TeeSink> {
  switch (sink.kind) {
    case 'ring':
      return new RingSink(sink.capacityBytes)
    case 'channel':
      return new ChannelSink(sink.capacityBytes)
    case 'callback':
      return callbackSink(sink.callback)
    case 'descriptor':
      return descriptorSink(sink.fd)
    case 'file':
      return await openFileSink({ ...sink, path: resolve(sink.path) })
    case 'command':
      return await openCommandSink({
        command: sink.command,
        cwd: resolve(sink.cwd ?? ''),
        env: definedVariables(sink.env ?? process.env),
      })
  }
}

/** What was recorded of wire version 1 (`tests/fixtures/wire-1`): conversations of a client with a host, and a session's files. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'
import { FrameDecoder } from '../../src/api/frame-decoder.js'
import { decodeJsonPayload, type Frame } from '../../src/api/frames.js'

const Conversation = v.object({
  session: v.object({
    kind: v.picklist(['pty', 'pipe']),
    argv: v.tupleWithRest([v.string()], v.string()),
    limits: v.object({ log: v.exactOptional(v.picklist(['disk', 'memory'])), memoryBytes: v.exactOptional(v.number()) }),
  }),
  frames: v.array(v.object({ from: v.picklist(['client', 'host']), frame: v.string(), hex: v.string() })),
})
type Conversation = v.InferOutput<typeof Conversation>

export interface RecordedFrame {
  readonly from: 'client' | 'host'
  /** The bytes as they went over the wire. */
  readonly bytes: Buffer
  readonly frame: Frame
  /** The payload of a control frame; undefined for raw bytes. */
  readonly json: unknown
}

export interface RecordedConversation {
  readonly session: Conversation['session']
  readonly frames: readonly RecordedFrame[]
}

const RAW = new Set(['data', 'input', 'inputEnd'])

/** `pipe`, `terminal`, `refusals`, `gap` or `daemon`. */
export function recordedConversation(name: string): RecordedConversation {
  const { session, frames } =
    v.parse(v.record(v.string(), Conversation), readFixture('conversations.json'))[name] ?? missing(name)
  return {
    session,
    frames: frames.map(({ from, frame: kind, hex }) => {
      const bytes = Buffer.from(hex, 'hex')
      const frame = onlyFrame(bytes)
      return { from, bytes, frame, json: RAW.has(kind) ? undefined : decodeJsonPayload(frame) }
    }),
  }
}

/** The files of an ended session's folder: documents, and the bytes of the others. */
export function recordedSessionFiles(): Readonly<Record<string, Buffer>> {
  const files = v.parse(v.record(v.string(), v.unknown()), readFixture('ended-session.json'))
  return Object.fromEntries(
    Object.entries(files).map(([name, content]) => [
      name,
      typeof content === 'string' ? Buffer.from(content, 'hex') : Buffer.from(JSON.stringify(content)),
    ]),
  )
}

function readFixture(file: string): unknown {
  return JSON.parse(readFileSync(fileURLToPath(new URL(`../fixtures/wire-1/${file}`, import.meta.url)), 'utf8'))
}

function onlyFrame(bytes: Buffer): Frame {
  const frames: Frame[] = []
  new FrameDecoder().push(bytes, (frame) => frames.push(frame))
  return frames[0] ?? missing('a frame')
}

function missing(what: string): never {
  throw new Error(`${what} is not in the recording`)
}

/** Everything that an attachment to an embedded session told, to its end or up to a moment. */

import type { StreamName } from '../../../src/api/session.js'
import type { ExitRecord } from '../../../src/api/session-record.js'
import type { AttachmentEvent } from '../../../src/client/attachment-events.js'
import type { SessionAttachment } from '../../../src/library/session-attachment.js'
import { within } from '../../kit/bounded.js'

/** Longer than anything here takes on a busy machine. */
export const TEST_BOUND_MS = 30_000

export interface Collected {
  /** Kinds of events in order, `data stdout` and the like; equal neighbours once. */
  readonly order: readonly string[]
  readonly events: readonly AttachmentEvent[]
  readonly exit: ExitRecord | undefined
  readonly closed: Extract<AttachmentEvent, { type: 'closed' }> | undefined
  bytes(stream: StreamName): Buffer
  text(stream: StreamName): string
}

/** Reads to the end. */
export async function collect(attachment: SessionAttachment): Promise<Collected> {
  const events: AttachmentEvent[] = []
  const reading = (async () => {
    for await (const event of attachment) events.push(event)
  })()
  await within(reading, TEST_BOUND_MS, () => `the end of the attachment; came: ${orderOf(events).join(', ')}`)
  return collected(events)
}

/** Reads until the text of a stream contains `wanted`, and leaves the rest to be read. */
export async function readUntil(
  attachment: SessionAttachment,
  wanted: string,
  stream: StreamName = 'stdout',
): Promise<Collected> {
  const events: AttachmentEvent[] = []
  const reading = (async () => {
    while (!textOf(events, stream).includes(wanted)) {
      const { done, value } = await attachment.next()
      if (done) throw new Error(`the attachment ended before ${JSON.stringify(wanted)} came`)
      events.push(value)
    }
  })()
  await within(reading, TEST_BOUND_MS, () => `${JSON.stringify(wanted)} in ${JSON.stringify(textOf(events, stream))}`)
  return collected(events)
}

function collected(events: readonly AttachmentEvent[]): Collected {
  return {
    events,
    order: orderOf(events),
    exit: events.find((event) => event.type === 'exit')?.record,
    closed: events.find((event) => event.type === 'closed'),
    bytes: (stream) => bytesOf(events, stream),
    text: (stream) => textOf(events, stream),
  }
}

function orderOf(events: readonly AttachmentEvent[]): readonly string[] {
  const names = events.map((event) => ('stream' in event ? `${event.type} ${event.stream}` : event.type))
  return names.filter((name, index) => name !== names[index - 1])
}

function bytesOf(events: readonly AttachmentEvent[], stream: StreamName): Buffer {
  return Buffer.concat(events.flatMap((event) => (event.type === 'data' && event.stream === stream ? [event.bytes] : [])))
}

function textOf(events: readonly AttachmentEvent[], stream: StreamName): string {
  return bytesOf(events, stream).toString('utf8')
}

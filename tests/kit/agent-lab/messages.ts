/**
 * The model API as far as the agent's client needs it: what a request asks, and a scripted answer as the event stream or
 * the document that the client expects (the public Messages API). Pure.
 */
import { createHash } from 'node:crypto'
import * as v from 'valibot'

const TextBlock = v.looseObject({ type: v.literal('text'), text: v.string() })
const Content = v.union([v.string(), v.array(v.looseObject({ type: v.string() }))])
const MessagesRequest = v.looseObject({
  model: v.string(),
  stream: v.optional(v.boolean()),
  messages: v.array(v.looseObject({ role: v.string(), content: Content })),
})
export type MessagesRequest = v.InferOutput<typeof MessagesRequest>

/** The parsed request, or undefined when it is none. */
export function parseMessagesRequest(body: string): MessagesRequest | undefined {
  try {
    return v.parse(MessagesRequest, JSON.parse(body))
  } catch {
    return undefined
  }
}

/** What the person typed last. The client puts its own reminders beside it, as blocks that begin with a tag. */
export function promptOf(request: MessagesRequest): string {
  const asked = request.messages.filter(({ role }) => role === 'user').flatMap(({ content }) => textsOf(content))
  return asked.filter((text) => !/^\s*<[a-z-]+>/.test(text)).at(-1) ?? ''
}

export interface Answer {
  readonly contentType: string
  readonly body: string
}

/** The reply to a request that was answered with `text`. */
export function answerOf(request: MessagesRequest, text: string): Answer {
  const message = messageOf(request, text)
  if (request.stream !== true) return { contentType: 'application/json', body: JSON.stringify(message) }
  return { contentType: 'text/event-stream; charset=utf-8', body: eventsOf(message, text).map(encodeEvent).join('') }
}

function textsOf(content: v.InferOutput<typeof Content>): readonly string[] {
  if (typeof content === 'string') return [content]
  return content.flatMap((block) => (v.is(TextBlock, block) ? [block.text] : []))
}

function messageOf(request: MessagesRequest, text: string) {
  return {
    id: `msg_${createHash('sha256').update(JSON.stringify(request.messages)).digest('hex').slice(0, 24)}`,
    type: 'message',
    role: 'assistant',
    model: request.model,
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 10, output_tokens: 5, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 },
  }
}

type StreamEvent = { readonly type: string } & Readonly<Record<string, unknown>>

function eventsOf(message: ReturnType<typeof messageOf>, text: string): readonly StreamEvent[] {
  return [
    { type: 'message_start', message: { ...message, content: [], stop_reason: null } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 5 } },
    { type: 'message_stop' },
  ]
}

function encodeEvent(event: StreamEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
}

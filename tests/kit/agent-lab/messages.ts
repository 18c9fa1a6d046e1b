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

export interface Usage {
  readonly input_tokens: number
  readonly output_tokens: number
  readonly cache_creation_input_tokens: number
  readonly cache_read_input_tokens: number
}

export const LITTLE_USAGE: Usage = {
  input_tokens: 10,
  output_tokens: 5,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
}

/** What the model says in its turn: a text, or a call of a tool. */
export interface ModelTurn {
  readonly text?: string
  readonly tool?: { readonly name: string; readonly input: Readonly<Record<string, unknown>> }
  readonly usage?: Usage
}

export interface Answer {
  readonly contentType: string
  readonly body: string
}

/** The reply to a request that was answered with a text, or in another way. */
export function answerOf(request: MessagesRequest, said: string | ModelTurn): Answer {
  const message = messageOf(request, typeof said === 'string' ? { text: said } : said)
  if (request.stream !== true) return { contentType: 'application/json', body: JSON.stringify(message) }
  return { contentType: 'text/event-stream; charset=utf-8', body: eventsOf(message).map(encodeEvent).join('') }
}

/** Whether the last message is the result of a tool, and not a prompt. */
export function isToolResult(request: MessagesRequest): boolean {
  const content = request.messages.at(-1)?.content
  return Array.isArray(content) && content.some(({ type }) => type === 'tool_result')
}

function textsOf(content: v.InferOutput<typeof Content>): readonly string[] {
  if (typeof content === 'string') return [content]
  return content.flatMap((block) => (v.is(TextBlock, block) ? [block.text] : []))
}

type Block =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: unknown }

function messageOf(request: MessagesRequest, { text = '', tool, usage = LITTLE_USAGE }: ModelTurn) {
  const id = createHash('sha256').update(JSON.stringify(request.messages)).digest('hex').slice(0, 24)
  const block: Block = tool ? { type: 'tool_use', id: `toolu_${id}`, ...tool } : { type: 'text', text }
  return {
    id: `msg_${id}`,
    type: 'message',
    role: 'assistant',
    model: request.model,
    content: [block],
    stop_reason: tool ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage,
  }
}

type StreamEvent = { readonly type: string } & Readonly<Record<string, unknown>>

function eventsOf(message: ReturnType<typeof messageOf>): readonly StreamEvent[] {
  const { stop_reason, usage } = message
  return [
    // As the service does: how much was written is known at the end.
    { type: 'message_start', message: { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } } },
    ...message.content.flatMap(blockEvents),
    { type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: usage.output_tokens } },
    { type: 'message_stop' },
  ]
}

function blockEvents(block: Block, index: number): readonly StreamEvent[] {
  const [start, delta] =
    block.type === 'text'
      ? [
          { ...block, text: '' },
          { type: 'text_delta', text: block.text },
        ]
      : [
          { ...block, input: {} },
          { type: 'input_json_delta', partial_json: JSON.stringify(block.input) },
        ]
  return [
    { type: 'content_block_start', index, content_block: start },
    { type: 'content_block_delta', index, delta },
    { type: 'content_block_stop', index },
  ]
}

function encodeEvent(event: StreamEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
}

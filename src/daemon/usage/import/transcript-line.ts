/**
 * A line of a transcript of Claude Code, as far as usage is concerned. The format is internal to that program: what is not as
 * expected is passed over, and nothing but numbers and names is taken from it.
 */
import * as v from 'valibot'
import { COUNT_LIMIT, type Tokens } from '../../../api/signal.js'

/** One request that was answered, as a transcript tells of it; each of its lines repeats it. */
export interface TranscriptRequest {
  /** The same for the same request, in whichever transcript it stands. */
  readonly name: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly conversation: string | null
  readonly folder: string | null
  readonly model: string
  readonly tokens: Tokens
}

/** As of the agents' own signals: a sum beyond this is no number that the database and the API can tell any more. */
const count = v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(COUNT_LIMIT))))
/** As long as a path can be. Names are kept for years, and the database ends them at a NUL. */
const text = v.pipe(
  v.string(),
  v.maxLength(4096),
  v.check((name) => !name.includes('\0')),
)

const AssistantLine = v.looseObject({
  type: v.literal('assistant'),
  timestamp: v.string(),
  sessionId: v.optional(text),
  cwd: v.optional(text),
  requestId: v.optional(v.nullable(text)),
  message: v.looseObject({
    id: text,
    model: text,
    usage: v.looseObject({
      input_tokens: count,
      output_tokens: count,
      cache_creation_input_tokens: count,
      cache_read_input_tokens: count,
    }),
  }),
})

/** What the program itself says in the place of an answer: no request was answered. */
const NO_MODEL = '<synthetic>'

/** Undefined for any other line. */
export function transcriptRequest(line: string): TranscriptRequest | undefined {
  const parsed = v.safeParse(AssistantLine, parseJson(line))
  if (!parsed.success) return undefined
  const { timestamp, sessionId, cwd, requestId, message } = parsed.output
  const at = Date.parse(timestamp)
  if (Number.isNaN(at) || message.model === NO_MODEL) return undefined
  const { input_tokens, output_tokens, cache_creation_input_tokens, cache_read_input_tokens } = message.usage
  return {
    name: `${message.id} ${requestId ?? ''}`,
    at,
    conversation: sessionId ?? null,
    folder: cwd ?? null,
    model: message.model,
    tokens: {
      input: input_tokens ?? 0,
      output: output_tokens ?? 0,
      cacheRead: cache_read_input_tokens ?? 0,
      cacheCreation: cache_creation_input_tokens ?? 0,
    },
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

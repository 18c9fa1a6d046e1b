/**
 * Reading and checking the body of a request.
 */
import type { IncomingMessage } from 'node:http'
import * as v from 'valibot'
import { PerchError } from '../../platform/perch-error.js'

/** An environment and an argument list together are at most 2 MiB on Linux; JSON may double that. */
export const BODY_LIMIT_BYTES = 8 * 1024 * 1024
/** What is above the limit is still read up to here, so that the sender gets to see the answer instead of a reset. */
const DISCARD_LIMIT_BYTES = 64 * 1024 * 1024

/**
 * The body parsed as JSON and checked; unknown fields are kept where the schema keeps them.
 * @throws PerchError `request-too-large`, `bad-request`, `bad-size`
 */
export async function readBody(request: IncomingMessage, schema: v.GenericSchema): Promise<unknown> {
  const bytes = await collect(request)
  const parsed = v.safeParse(schema, parseJson(bytes))
  if (parsed.success) return parsed.output
  throw invalid(parsed.issues[0])
}

async function collect(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let total = 0
  for await (const chunk of request) {
    total += chunk.byteLength
    if (total <= BODY_LIMIT_BYTES) chunks.push(chunk)
    if (total > DISCARD_LIMIT_BYTES) break
  }
  if (total <= BODY_LIMIT_BYTES) return Buffer.concat(chunks)
  throw new PerchError('request-too-large', `the request has more than ${BODY_LIMIT_BYTES / 1024 / 1024} MiB`, {
    hint: 'Pass large input through a file or standard input.',
  })
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw new PerchError('bad-request', 'the body of the request is not JSON', { cause })
  }
}

function invalid(issue: v.BaseIssue<unknown>): PerchError {
  const at = v.getDotPath(issue) ?? ''
  const code = /(?:^|\.)(?:size|cols|rows)(?:\.|$)/.test(at) ? 'bad-size' : 'bad-request'
  const hint = code === 'bad-size' ? 'A size has 1 to 1000 columns and 1 to 1000 rows.' : 'GET /v1/openapi.json describes it.'
  return new PerchError(code, `${at || 'the body'}: ${issue.message}`, { hint })
}

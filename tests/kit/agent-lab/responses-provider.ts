/**
 * A model provider on loopback for Codex with an API key (the public Responses API, as far as its client needs it): answers
 * every prompt with the same words, and remembers with which key it was asked.
 */
import { createServer } from 'node:http'
import { closeServer, listenOnLoopback } from './provider.js'
import { NOT_FOUND, type RecordedRequest, recordRequest, sendReply } from './request-log.js'

export interface ResponsesProvider extends AsyncDisposable {
  /** For the profile's `base-url`. */
  readonly url: string
  readonly requests: readonly RecordedRequest[]
}

/** What an answer has cost, as the provider says. */
const USAGE = {
  input_tokens: 111,
  input_tokens_details: { cached_tokens: 40 },
  output_tokens: 22,
  output_tokens_details: { reasoning_tokens: 5 },
  total_tokens: 133,
}

/** What an account has left, as the vendor's service tells one with a subscription. */
export const CODEX_RESET_S = 1_900_000_000
const ALLOWANCES = {
  'x-codex-primary-used-percent': '42',
  'x-codex-primary-window-minutes': '300',
  'x-codex-primary-reset-at': String(CODEX_RESET_S),
  'x-codex-secondary-used-percent': '7.5',
  'x-codex-secondary-window-minutes': '10080',
  'x-codex-secondary-reset-at': String(CODEX_RESET_S + 86_400),
}

export async function startResponsesProvider(words: string): Promise<ResponsesProvider> {
  const requests: RecordedRequest[] = []
  const server = createServer((incoming, response) => {
    recordRequest(incoming).then(
      (request) => {
        requests.push(request)
        const isAsked = request.method === 'POST' && request.path === '/v1/responses'
        sendReply(
          response,
          isAsked ? { status: 200, headers: ALLOWANCES, contentType: 'text/event-stream', body: answer(words) } : NOT_FOUND,
        )
      },
      // The agent was ended in the middle of a request.
      () => response.destroy(),
    )
  })
  // The client tries a WebSocket first, and with this answer goes on without one.
  server.on('upgrade', (_, socket) => {
    socket.on('error', () => socket.destroy())
    socket.end('HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n')
  })
  const url = await listenOnLoopback(server)
  return { url: `${url}/v1`, requests, [Symbol.asyncDispose]: () => closeServer(server) }
}

function answer(words: string): string {
  const message = { type: 'message', role: 'assistant', id: 'm', content: [{ type: 'output_text', text: words }] }
  const events = [
    { type: 'response.created', response: { id: 'r' } },
    { type: 'response.output_item.done', item: message },
    { type: 'response.completed', response: { id: 'r', usage: USAGE } },
  ]
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('')
}

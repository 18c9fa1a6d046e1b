/**
 * A model provider on loopback for an agent with an API key. It answers by a script, records what it is asked, and is the
 * agent's HTTPS proxy too: a request for any other host ends here and is recorded as unexpected, instead of leaving the
 * machine.
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerOf, type MessagesRequest, type ModelTurn, parseMessagesRequest, promptOf } from './messages.js'
import { NOT_FOUND, type RecordedRequest, type Reply, recordRequest, sendReply, summaryOf } from './request-log.js'

/** What the model says to a prompt; `asked` is the whole request. */
export type Script = (prompt: string, asked: MessagesRequest) => string | ModelTurn

export interface Provider extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string
  readonly requests: readonly RecordedRequest[]
  /** What no agent should have asked, hosts outside included. A test compares it with nothing. */
  readonly unexpected: readonly string[]
  /** The prompts that were answered, in order. */
  readonly prompts: readonly string[]
}

export async function startProvider(script: Script): Promise<Provider> {
  const requests: RecordedRequest[] = []
  const unexpected: string[] = []
  const prompts: string[] = []
  const answer = (request: RecordedRequest): Reply => {
    const [path] = request.path.split('?')
    if (request.method === 'HEAD' && path === '/') return { status: 200 }
    const asked = request.method === 'POST' && path === '/v1/messages' ? parseMessagesRequest(request.body) : undefined
    if (asked === undefined) {
      unexpected.push(summaryOf(request))
      return NOT_FOUND
    }
    const prompt = promptOf(asked)
    // The client asks on its own account too (a title for the conversation): then nobody typed anything.
    if (prompt !== '') prompts.push(prompt)
    return { status: 200, ...answerOf(asked, script(prompt, asked)) }
  }
  const server = createServer((incoming, response) => {
    recordRequest(incoming).then(
      (request) => {
        requests.push(request)
        sendReply(response, answer(request))
      },
      // The agent was ended in the middle of a request.
      () => response.destroy(),
    )
  })
  server.on('connect', (incoming, socket) => {
    unexpected.push(`CONNECT ${incoming.url}`)
    // The agent may be gone before it reads that the door is closed.
    socket.on('error', () => socket.destroy())
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })
  return {
    url: await listenOnLoopback(server),
    requests,
    unexpected,
    prompts,
    [Symbol.asyncDispose]: () => closeServer(server),
  }
}

/** Returns the server's address as a URL. */
export async function listenOnLoopback(server: Server): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return `http://127.0.0.1:${port}`
}

/** Ends the server with the connections that agents keep open. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeAllConnections()
  await closed
}

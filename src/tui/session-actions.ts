/** What the dashboard does to sessions without leaving its screen. Each says how it went in one line. */
import type { Session } from '../api/session.js'
import { sessionTitle } from '../cli/session-view.js'
import { connectHost } from '../client/host-connection.js'
import type { PerchClient } from '../client/perch-client.js'
import { PerchError } from '../platform/perch-error.js'

/** A program that reads takes a line at once; of any other it is said that it does not. */
const TAKEN_TIMEOUT_MS = 5_000

type ActionClient = Pick<PerchClient, 'endpoint' | 'killSession' | 'removeSession' | 'renameSession'>

/** Types the text and Enter. @throws PerchError `session-ended`, `host-lost`, `stream-closed`, … */
export async function sendLine(client: ActionClient, id: string, text: string): Promise<string> {
  const { session, socket } = await client.endpoint(id)
  if (socket === null) throw new PerchError('session-ended', `${sessionTitle(session)} has ended and reads no more`)
  const connection = await connectHost(socket)
  try {
    // A terminal's Enter key sends a carriage return; a program that reads a pipe expects a line feed.
    await connection.input.write(Buffer.from(`${text}${session.kind === 'pty' ? '\r' : '\n'}`))
    const signal = AbortSignal.timeout(TAKEN_TIMEOUT_MS)
    const isTaken = await connection.input.settled(signal).then(
      () => true,
      (error: unknown) => {
        if (signal.aborted) return false
        throw error
      },
    )
    return isTaken ? `sent to ${sessionTitle(session)}` : `${sessionTitle(session)} does not read what was sent`
  } finally {
    connection.close()
  }
}

export async function killSession(client: ActionClient, id: string): Promise<string> {
  return `${sessionTitle((await client.killSession(id)).session)} ended`
}

export async function removeSession(client: ActionClient, id: string): Promise<string> {
  await client.removeSession(id)
  return `${id} removed`
}

export async function renameSession(client: ActionClient, id: string, name: string): Promise<string> {
  const { session }: { readonly session: Session } = await client.renameSession(id, name)
  return `the session is now ${sessionTitle(session)}`
}

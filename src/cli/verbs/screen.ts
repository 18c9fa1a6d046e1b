/** `perch screen`: what a session's terminal shows, or showed at its end. */
import type { ScreenText } from '../../api/screen.js'
import { connectHost } from '../../client/host-connection.js'
import { filledLines, withEndedScreen } from '../ended-screen.js'
import type { VerbResult } from '../result.js'
import type { CliContext, Invocation } from '../verb.js'

export async function run({ positionals: [asked = ''], flags }: Invocation, context: CliContext): Promise<VerbResult> {
  const client = await context.client()
  const { session, socket } = await client.endpoint(asked)
  const colours = flags.has('ansi')
  const screen =
    socket === null ? await withEndedScreen(client, session, (thread) => thread.text(colours)) : await liveScreen(socket, colours)
  const lines = filledLines(screen.lines)
  return { shown: { kind: colours ? 'coloured' : 'lines', lines }, document: { screen } }
}

async function liveScreen(socket: string, colours: boolean): Promise<ScreenText> {
  const connection = await connectHost(socket)
  try {
    return await connection.screen({ colours })
  } finally {
    connection.close()
  }
}

/** `perch send`: input for a session, without attaching. */
import { connectHost } from '../../client/host-connection.js'
import { PerchError } from '../../platform/perch-error.js'
import type { VerbResult } from '../result.js'
import { openOwnInput } from '../streams/own-input.js'
import type { CliContext, Invocation } from '../verb.js'

export async function run(invocation: Invocation, context: CliContext): Promise<VerbResult> {
  const [asked = '', ...words] = invocation.positionals
  const { flags } = invocation
  if (words.length === 0 && !['enter', 'stdin', 'eof'].some((flag) => flags.has(flag))) {
    throw new PerchError('usage', 'perch send needs something to send', { hint: 'TEXT, --enter, --stdin or --eof.' })
  }
  const { session, socket } = await (await context.client()).endpoint(asked)
  if (socket === null) {
    throw new PerchError('session-ended', `${session.id} has ended and reads no more`, { hint: `See: perch show ${session.id}` })
  }
  const connection = await connectHost(socket)
  try {
    const { input } = connection
    // A terminal's Enter key sends a carriage return; a program that reads a pipe expects a line feed.
    const enter = flags.has('enter') ? (session.kind === 'pty' ? '\r' : '\n') : ''
    const text = Buffer.from(words.join(' ') + enter)
    if (text.byteLength > 0) await input.write(text)
    if (flags.has('stdin')) for await (const chunk of openOwnInput().chunks) await input.write(chunk)
    if (flags.has('eof')) await input.end()
    const accepted = await input.settled()
    return { shown: { kind: 'lines', lines: [String(accepted)] }, document: { accepted } }
  } finally {
    connection.close()
  }
}

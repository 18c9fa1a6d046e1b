/** `perch events`: what happens to sessions, as it happens. */
import { EXIT } from '../../api/error-codes.js'
import type { EventLine } from '../../api/event.js'
import { PerchError } from '../../platform/perch-error.js'
import { eventText } from '../present/event-text.js'
import { nothingShown, type VerbResult } from '../result.js'
import { type OwnOutput, openOwnOutput, requireWritten } from '../streams/own-output.js'
import { type CliContext, type Invocation, optionValue } from '../verb.js'

/** Why the reading was ended from here. */
type Ending = 'interrupted' | 'unread'

export async function run(invocation: Invocation, context: CliContext): Promise<VerbResult> {
  const { flags } = invocation
  const since = parseSince(optionValue(invocation, 'since'))
  const follow = !flags.has('no-follow')
  const output = openOwnOutput(1)
  const ended = new AbortController()
  let ending: Ending | undefined
  const end = (why: Ending) => {
    ending ??= why
    ended.abort()
  }
  process.once('SIGINT', () => end('interrupted'))
  output.onBroken(() => end('unread'))
  const client = await context.client()
  const onDaemonStopped = () => context.notice('the daemon was stopped; this goes on when it is started again')
  try {
    const lines = client.events({ since, follow, signal: ended.signal, onDaemonStopped })
    await writeLines(lines, output, flags.has('json') ? JSON.stringify : eventText)
  } catch (error) {
    if (ending === undefined) throw error
  }
  if (ending === 'interrupted') return nothingShown(EXIT.interrupted)
  await output.flush()
  requireWritten(output)
  return nothingShown()
}

async function writeLines(
  lines: AsyncIterable<EventLine>,
  output: OwnOutput,
  textOf: (line: EventLine) => string,
): Promise<void> {
  for await (const line of lines) await output.write(Buffer.from(`${textOf(line)}\n`))
}

/** @throws PerchError `usage` */
function parseSince(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const number = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(number)) return number
  throw new PerchError('usage', `--since takes the number of an event, not ${JSON.stringify(text)}`, {
    hint: 'Each event has one: perch events --json shows them. --since 0 begins with the oldest.',
  })
}

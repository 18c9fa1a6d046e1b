/**
 * Taking over a session, again and again: the new controller stays, the old one is told by whom it was taken over, and its
 * cleanup, whenever it comes, harms nobody. In an earlier tool it cut off the thief, 50 of 50 times.
 */
import type { HostAttachment } from '../../../src/client/attachment-output.js'
import { connectHost, type HostConnection } from '../../../src/client/host-connection.js'
import { endHost, type HostProgram, startHost } from '../../host/kit/host-program.js'
import { perchText } from '../../kit/perch-program.js'
import { startSession } from '../../kit/perch-session.js'
import { type TemporaryHome, temporaryHome } from '../../kit/temporary-home.js'
import { type OpenTerminal, openTerminal } from '../../kit/terminal.js'
import { type Round, repeat, type Tally } from '../repeat.js'
import type { CampaignRun } from '../run.js'
import { type RowSize, type Verdict, verdictOnLosses } from '../verdict.js'

/** Of the steals, so many are by the command: two of them take a second. */
const BY_COMMAND_SHARE = 0.02
const STEALS_PER_HOST = 100

interface Controller {
  readonly connection: HostConnection
  readonly attachment: HostAttachment
}

export async function steals(run: CampaignRun, size: RowSize): Promise<Verdict> {
  await using home = temporaryHome()
  const byCommand = Math.ceil(size.rounds * BY_COMMAND_SHARE)
  const overSocket = size.rounds - byCommand
  const tallies: Tally[] = []
  for (let done = 0; done < overSocket; done += STEALS_PER_HOST) {
    tallies.push(await stealOverSocket(run, home, Math.min(STEALS_PER_HOST, overSocket - done)))
  }
  tallies.push(await stealByCommand(run, home, byCommand))
  const tally = { rounds: tallies.reduce((sum, { rounds }) => sum + rounds, 0), losses: tallies.flatMap(({ losses }) => losses) }
  const how = `real hosts, client library; ${byCommand} by \`perch attach --steal\``
  return verdictOnLosses('steal', how, size, tally)
}

async function stealOverSocket(run: CampaignRun, home: TemporaryHome, rounds: number): Promise<Tally> {
  const host = await startHost(home, { kind: 'pty', argv: ['cat'] })
  let holder = await take(host)
  try {
    return await repeat(run, { what: 'steal', rounds }, async (round) => {
      const thief = await take(host)
      const told = await lastOf(holder, round)
      holder = thief
      if (told !== `stolen by ${thief.attachment.attached.attachment}`) return `the one before was told: ${told}`
      return await whatTheThiefLacks(thief, `word-${round.index}`)
    })
  } finally {
    holder.connection.close()
    await endHost(host)
  }
}

async function take({ socket }: HostProgram): Promise<Controller> {
  const connection = await connectHost(socket)
  return { connection, attachment: await connection.attach({ mode: 'controller', steal: true, from: { at: 'live' } }) }
}

/** Why the attachment was over. Its client leaves at once or, as often, stays connected for longer than the thief needs. */
async function lastOf({ connection, attachment }: Controller, { random }: Round): Promise<string> {
  for await (const event of attachment.events) {
    if (event.type !== 'closed') continue
    if (random() < 0.5) connection.close()
    else setTimeout(() => connection.close(), random() * 20)
    return `${event.reason} by ${event.by}`
  }
  return 'nothing'
}

async function whatTheThiefLacks({ connection, attachment }: Controller, word: string): Promise<string | undefined> {
  await connection.input.write(Buffer.from(`${word}\n`))
  let shown = ''
  while (!shown.includes(word)) {
    const { value: event, done } = await attachment.events.next()
    if (done || event.type === 'closed') return `the thief was cut off: ${JSON.stringify(event)}`
    if (event.type === 'data') shown += Buffer.from(event.bytes).toString()
  }
  const { attachments } = await connection.status()
  const isAlone = attachments.length === 1 && attachments[0]?.id === attachment.attached.attachment
  return isAlone ? undefined : `attached are ${JSON.stringify(attachments)}`
}

async function stealByCommand(run: CampaignRun, home: TemporaryHome, rounds: number): Promise<Tally> {
  const { id } = await startSession(home, 'exec', ['--pty', '--', 'cat'])
  let holder: OpenTerminal = await openTerminal(home, ['attach', id])
  await untilAttached(holder)
  try {
    return await repeat(run, { what: 'steal by command', rounds }, async ({ index }) => {
      const thief = await openTerminal(home, ['attach', '--steal', id])
      await untilAttached(thief)
      // The one before has left when its program ends; the thief must still be there afterwards.
      const told = await holder.exit()
      const left = holder.output().toString()
      await holder[Symbol.asyncDispose]()
      holder = thief
      const word = `word-${index}`
      await thief.type(`${word}\r`)
      await thief.waitForText(word)
      return /stolen|taken over/i.test(left) ? undefined : `the one before ended with ${told.code} and showed ${left.slice(-200)}`
    })
  } finally {
    await holder[Symbol.asyncDispose]()
    await perchText(home, ['kill', id, '--grace', '0s'])
  }
}

/** It was greeted. Not looked for on the screen, which the replay may have scrolled by then. */
function untilAttached(terminal: OpenTerminal): Promise<void> {
  return terminal.waitUntil(() => terminal.output().includes('detaches'), 'the greeting')
}

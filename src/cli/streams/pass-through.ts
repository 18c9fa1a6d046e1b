/**
 * The client of `run` and `exec` without a terminal: stands in for the program itself. Standard input, output and error go
 * through byte for byte, slowness on one side is felt on the other, signals are handed on, and the program's exit is the
 * result. `attach` to a session of pipes is the same client, which leaves instead of handing signals on.
 */
import type { AttachParams } from '../../api/attach-protocol.js'
import type { SignalTarget } from '../../api/host-protocol.js'
import { attachUnlessGone, type HostConnection } from '../../client/host-connection.js'
import { FirstEnd } from '../first-end.js'
import { copyOutput, type OutputEnd } from './copy-output.js'
import { feedInput, type InputFeed } from './feed-input.js'
import { openOwnOutput, requireWritten } from './own-output.js'
import { both, followJob, onSignals } from './own-signals.js'

export type PassThroughEnd = OutputEnd | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }

export interface PassThroughOptions {
  readonly connection: HostConnection
  readonly attach: AttachParams
  readonly forwardInput: boolean
  /** Hand signals on to the program, or leave it running when one comes. */
  readonly signals: 'forward' | 'leave'
  /** Bytes that are gone are told here. */
  readonly notice: (message: string) => void
}

/**
 * Passes through until the session ends or one side leaves.
 * @throws PerchError what the host answers to the attachment
 */
export async function passThrough(options: PassThroughOptions): Promise<PassThroughEnd> {
  const { connection } = options
  const ending = new FirstEnd<PassThroughEnd>()
  const stopSignals = handleSignals(options, (end) => ending.set(end))
  let feed: InputFeed | undefined
  try {
    const attachment = await attachUnlessGone(connection, options.attach)
    if (attachment === undefined) return { kind: 'host-lost', read: new Map() }
    const { attached, events } = attachment
    if (options.forwardInput) feed = feedInput(connection, options.notice)
    const outputs = { stdout: openOwnOutput(1), stderr: openOwnOutput(2) }
    const read = new Map(Object.entries(attached.offsets))
    const copying = copyOutput({
      connection,
      events,
      outputs,
      read,
      whenUnread: options.signals === 'forward' ? 'close-output' : 'leave',
      notice: options.notice,
      end: (reason) => ending.set(reason),
    })
    copying.catch((error: unknown) => ending.fail(error))
    const reached = await ending.reached
    if (reached.kind !== 'signal') {
      await Promise.all([outputs.stdout.flush(), outputs.stderr.flush()])
      requireWritten(outputs.stdout)
    }
    return reached
  } finally {
    feed?.stop()
    stopSignals()
    connection.close()
  }
}

function handleSignals({ connection, signals }: PassThroughOptions, end: (reason: PassThroughEnd) => void): () => void {
  if (signals === 'leave') {
    // Ctrl-\ at a terminal that is not raw: the detach key where there is no other.
    return onSignals((signal) => end(signal === 'SIGQUIT' ? { kind: 'detached' } : { kind: 'signal', signal }))
  }
  // The reply would wait behind the output; what the signal does is seen by the session's end.
  const send = (signal: NodeJS.Signals, to: SignalTarget) => void connection.signal(signal, to).catch(() => {})
  return both(
    onSignals(send),
    followJob((signal) => send(signal, 'group')),
  )
}

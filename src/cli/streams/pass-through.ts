/**
 * The client of `run` and `exec` without a terminal: stands in for the program itself. Standard input, output and error go
 * through byte for byte, slowness on one side is felt on the other, signals are handed on, and the program's exit is the
 * result. `attach` to a session of pipes is the same client, which leaves instead of handing signals on.
 */
import type { AttachParams } from '../../api/host-protocol.js'
import type { Exit, StreamName } from '../../api/session.js'
import type { AttachmentEvent } from '../../client/attachment-events.js'
import { attachUnlessGone, type HostConnection } from '../../client/host-connection.js'
import { FirstEnd } from '../first-end.js'
import { ClosedOutput } from './closed-output.js'
import { gapText } from './copy-log.js'
import { feedInput, type InputFeed } from './feed-input.js'
import { type OwnOutput, openOwnOutput, requireWritten } from './own-output.js'

export type PassThroughEnd =
  | { readonly kind: 'ended'; readonly exit: Exit }
  | { readonly kind: 'detached' | 'stolen' | 'kicked' }
  /** The host went away; `read` says up to where each stream was passed on. */
  | { readonly kind: 'host-lost'; readonly read: ReadonlyMap<string, number> }
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }

export interface PassThroughOptions {
  readonly connection: HostConnection
  readonly attach: AttachParams
  readonly forwardInput: boolean
  /** Hand signals on to the program, or leave it running when one comes. */
  readonly signals: 'forward' | 'leave'
  /** Bytes that are gone are told here. */
  readonly notice: (message: string) => void
}

/** What a shell or a supervisor ends or interrupts a program with. */
const HANDED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const

/**
 * Passes through until the session ends or one side leaves.
 * @throws PerchError what the host answers to the attachment
 */
export async function passThrough(options: PassThroughOptions): Promise<PassThroughEnd> {
  const { connection } = options
  const ending = new FirstEnd<PassThroughEnd>()
  const stopSignals = onSignals((signal) => {
    // The reply would wait behind the output; what the signal does is seen by the session's end.
    if (options.signals === 'forward') connection.signal(signal).catch(() => {})
    // Ctrl-\ at a terminal that is not raw: the detach key where there is no other.
    else ending.set(signal === 'SIGQUIT' ? { kind: 'detached' } : { kind: 'signal', signal })
  })
  let feed: InputFeed | undefined
  try {
    const attachment = await attachUnlessGone(connection, options.attach)
    if (attachment === undefined) return { kind: 'host-lost', read: new Map() }
    const { attached, events } = attachment
    if (options.forwardInput) feed = feedInput(connection, options.notice)
    const outputs = { stdout: openOwnOutput(1), stderr: openOwnOutput(2) }
    const read = new Map(Object.entries(attached.offsets))
    const end = (reason: PassThroughEnd) => ending.set(reason)
    copyOutput({ ...options, events, outputs, read, end }).catch((error: unknown) => ending.fail(error))
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

interface Copying extends PassThroughOptions {
  readonly events: AsyncIterable<AttachmentEvent>
  readonly outputs: { readonly stdout: OwnOutput; readonly stderr: OwnOutput }
  /** Next byte of each stream; advanced as they are passed on. */
  readonly read: Map<string, number>
  readonly end: (reason: PassThroughEnd) => void
}

async function copyOutput({ events, outputs, read, end, connection, signals, notice }: Copying): Promise<void> {
  const closed = new ClosedOutput(connection)
  let exit: Exit | undefined
  for (const output of Object.values(outputs)) {
    output.onBroken(() => {
      if (signals === 'leave') end({ kind: 'detached' })
      else closed.begin()
    })
  }
  for await (const event of events) {
    switch (event.type) {
      case 'data': {
        const output = outputOf(event.stream, outputs)
        if (output.broken) closed.written()
        else await output.write(event.bytes)
        read.set(event.stream, event.offset + event.bytes.byteLength)
        break
      }
      case 'gap':
        notice(gapText(event))
        read.set(event.stream, event.to)
        break
      case 'exit':
        exit = event.record.exit
        break
      case 'closed':
        closed.stop()
        if (exit) end({ kind: 'ended', exit })
        else if (event.reason === 'ended' || event.reason === 'host-lost') end({ kind: 'host-lost', read })
        else end({ kind: event.reason })
        break
    }
  }
}

/** A terminal has one output, which is shown where output belongs. */
function outputOf(stream: StreamName, outputs: Copying['outputs']): OwnOutput {
  return stream === 'stderr' ? outputs.stderr : outputs.stdout
}

function onSignals(act: (signal: NodeJS.Signals) => void): () => void {
  for (const signal of HANDED_ON) process.on(signal, act)
  return () => {
    for (const signal of HANDED_ON) process.off(signal, act)
  }
}

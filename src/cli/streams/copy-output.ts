/** What a session writes, on its way to perch's own standard output and error, until the attachment is over. */
import type { Exit, StreamName } from '../../api/session.js'
import type { AttachmentEvent } from '../../client/attachment-events.js'
import type { HostConnection } from '../../client/host-connection.js'
import { ClosedOutput } from './closed-output.js'
import { gapText } from './copy-log.js'
import type { OwnOutput } from './own-output.js'

export type OutputEnd =
  | { readonly kind: 'ended'; readonly exit: Exit }
  | { readonly kind: 'detached' | 'stolen' | 'kicked'; readonly by?: string | undefined }
  /** The host went away; `read` says up to where each stream was passed on. */
  | { readonly kind: 'host-lost'; readonly read: ReadonlyMap<string, number> }

export interface Outputs {
  readonly stdout: OwnOutput
  readonly stderr: OwnOutput
}

export interface CopyOutputOptions {
  readonly connection: HostConnection
  readonly events: AsyncIterable<AttachmentEvent>
  readonly outputs: Outputs
  /** Next byte of each stream; advanced as they are passed on. */
  readonly read: Map<string, number>
  /** What becomes of the program when nobody reads an output any more: it is told, or left running. */
  readonly whenUnread: 'close-output' | 'leave'
  /** Bytes that are gone are told here. */
  readonly notice: (message: string) => void
  readonly end: (reason: OutputEnd) => void
}

const OUTPUT_STREAMS = ['pty', 'stdout', 'stderr'] as const

/** Copies until `end` was called. */
export async function copyOutput(options: CopyOutputOptions): Promise<void> {
  const { connection, events, outputs, read, whenUnread, notice, end } = options
  const closed = new ClosedOutput(connection)
  let exit: Exit | undefined
  for (const stream of OUTPUT_STREAMS.filter((name) => read.has(name))) {
    outputOf(stream, outputs).onBroken(() => {
      if (whenUnread === 'leave') end({ kind: 'detached' })
      else closed.begin(stream)
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
      case 'end':
        // Whoever reads a pipeline's output goes on when the program closes it, however long that then runs. Standard error
        // stays open: perch itself may yet have something to say there.
        if (event.stream === 'stdout') void closeAfterLast(outputs.stdout)
        break
      case 'exit':
        exit = event.record.exit
        break
      case 'closed':
        closed.stop()
        if (exit) end({ kind: 'ended', exit })
        else if (event.reason === 'ended' || event.reason === 'host-lost') end({ kind: 'host-lost', read })
        else end({ kind: event.reason, by: event.by })
        break
    }
  }
}

async function closeAfterLast(output: OwnOutput): Promise<void> {
  await output.flush()
  output.close()
}

/** A terminal has one output, which is shown where output belongs. */
function outputOf(stream: StreamName, outputs: Outputs): OwnOutput {
  return stream === 'stderr' ? outputs.stderr : outputs.stdout
}

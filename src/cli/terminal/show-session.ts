/**
 * Shows a session on the person's terminal: output, input, size and signals, until one side ends it. It closes both the
 * terminal and the connection, and so always gives the terminal back.
 */
import type { AttachParams } from '../../api/attach-protocol.js'
import type { Exit } from '../../api/session.js'
import type { AttachmentEvent } from '../../client/attachment-events.js'
import type { HostAttachment } from '../../client/attachment-output.js'
import { attachUnlessGone, type HostConnection } from '../../client/host-connection.js'
import { FirstEnd } from '../first-end.js'
import { inertText } from '../present/inert-text.js'
import { listen } from '../streams/own-signals.js'
import type { DetachKeys } from './detach-key-names.js'
import { enterRawUnlessEnding, LEAVING_SIGNALS } from './leaving.js'
import type { OuterTerminal } from './outer-terminal.js'
import { restoreSequence } from './restore-sequence.js'
import type { ShowEnd } from './show-end.js'
import { forwardTyping } from './typing.js'
import { WrittenState } from './written-state.js'

export interface ShowOptions {
  readonly connection: HostConnection
  readonly terminal: OuterTerminal
  /** The size is the terminal's. */
  readonly attach: AttachParams
  readonly detachKeys: DetachKeys
  /** One line above the session's output: how to leave it. */
  readonly greeting: string
}

/**
 * Attaches and shows the session; resolves when the terminal is the shell's again.
 * @throws PerchError `already-attached` and what else the host answers, `no-terminal`
 */
export async function showSession(options: ShowOptions): Promise<ShowEnd> {
  const { connection, terminal, attach } = options
  const ending = new FirstEnd<ShowEnd>()
  const stopSignals = listen(LEAVING_SIGNALS, (signal) => ending.set({ kind: 'signal', signal }))
  const written = new WrittenState()
  let isAttached = false
  try {
    // Before the attachment: until then the terminal makes a signal of the detach key.
    await enterRawUnlessEnding(terminal, ending)
    if (ending.current) return ending.current
    const size = attach.mode === 'controller' ? terminal.size() : undefined
    const attachment = await attachUnlessGone(connection, { ...attach, ...(size && { size }) })
    if (attachment === undefined) return { kind: 'gone' }
    isAttached = true
    terminal.write(Buffer.from(`${inertText(options.greeting)}\r\n`))
    terminal.onGone(() => ending.set({ kind: 'signal', signal: 'SIGHUP' }))
    if (attach.mode === 'controller') terminal.onResize(() => followSize(connection, terminal))
    const typing = forwardTyping(options, ending)
    copyOutput(attachment, ending, (bytes) => {
      written.add(bytes)
      return terminal.write(bytes)
    }).catch((error: unknown) => ending.fail(error))
    const end = await ending.reached
    await typing.stop()
    return end
  } finally {
    stopSignals()
    connection.close()
    await terminal.close(isAttached ? restoreSequence(written.leaveState(ending.current?.kind === 'ended')) : '')
  }
}

/** Copies until something ends the showing; a terminal that takes nothing holds back the output and nothing else. */
function copyOutput(
  attachment: Pick<HostAttachment, 'follow'>,
  ending: FirstEnd<ShowEnd>,
  write: (bytes: Uint8Array) => Promise<void> | undefined,
): Promise<void> {
  let exit: Exit | undefined
  return attachment.follow((event) => {
    if (ending.current) return undefined
    if (event.type === 'data') return write(event.bytes)
    if (event.type === 'exit') exit = event.record.exit
    else if (event.type === 'closed') ending.set(endOf(event, exit))
    return undefined
  })
}

function endOf({ reason, by }: Extract<AttachmentEvent, { type: 'closed' }>, exit: Exit | undefined): ShowEnd {
  if (exit) return { kind: 'ended', exit }
  return reason === 'ended' ? { kind: 'host-lost' } : { kind: reason, by }
}

function followSize(connection: HostConnection, terminal: OuterTerminal): void {
  const size = terminal.size()
  // The session may end at this moment; then its output tells so.
  if (size) connection.resize(size).catch(() => {})
}

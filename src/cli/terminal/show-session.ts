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
import type { DetachKeys } from './detach-key-names.js'
import type { OuterTerminal } from './outer-terminal.js'
import { restoreSequence } from './restore-sequence.js'
import type { ShowEnd } from './show-end.js'
import { type Greeting, ShownScreen, type ShownSession } from './shown-screen.js'
import { forwardTyping } from './typing.js'
import { ViewedScreen } from './viewed-screen.js'

export interface ShowOptions {
  readonly connection: HostConnection
  readonly terminal: OuterTerminal
  /** The size is the terminal's. */
  readonly attach: AttachParams
  readonly detachKeys: DetachKeys
  readonly greeting: Greeting
}

/** What ends perch from outside, or stops it, which would leave the terminal raw (in raw mode Ctrl-Z goes to the program). */
const LEAVING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGTSTP'] as const

/**
 * Attaches and shows the session; resolves when the terminal is the shell's again.
 * @throws PerchError `already-attached` and what else the host answers, `no-terminal`
 */
export async function showSession(options: ShowOptions): Promise<ShowEnd> {
  const { connection, terminal, attach, greeting } = options
  const ending = new FirstEnd<ShowEnd>()
  const stopSignals = onSignals((signal) => ending.set({ kind: 'signal', signal }))
  let screen: ShownSession | undefined
  try {
    await enterRawUnlessEnding(terminal, ending)
    if (ending.current) return ending.current
    const size = attach.mode === 'controller' ? terminal.size() : undefined
    const attachment = await attachUnlessGone(connection, { ...attach, draws: true, ...(size && { size }) })
    if (attachment === undefined) return { kind: 'gone' }
    const { attached } = attachment
    const showing = { terminal, greeting, attached, mode: attach.mode, redraw: () => connection.redraw() }
    const shown: ShownSession = attach.mode === 'viewer' ? new ViewedScreen(showing) : new ShownScreen(showing)
    screen = shown
    shown.begin()
    terminal.onGone(() => ending.set({ kind: 'signal', signal: 'SIGHUP' }))
    terminal.onResize(() => (attach.mode === 'controller' ? followSize(connection, terminal) : shown.terminalResized()))
    const typing = forwardTyping({ ...options, onTyped: () => shown.endHint() }, ending)
    copyOutput(attachment, ending, shown).catch((error: unknown) => ending.fail(error))
    const end = await ending.reached
    shown.end()
    await typing.stop(shown.isAsked)
    return end
  } finally {
    stopSignals()
    connection.close()
    await terminal.close(screen ? restoreSequence(screen.leaveState(ending.current?.kind === 'ended')) + greeting.titleOff : '')
  }
}

/**
 * Raw mode comes before the attachment: until then the terminal makes a signal of the detach key. That signal ends perch,
 * and the program that switches the modes as well, whose failure is then no news.
 */
async function enterRawUnlessEnding(terminal: OuterTerminal, ending: FirstEnd<ShowEnd>): Promise<void> {
  try {
    await terminal.enterRaw()
  } catch (error) {
    if (ending.current === undefined) throw error
  }
}

/** Copies until something ends the showing; a terminal that takes nothing holds back the output and nothing else. */
function copyOutput(attachment: Pick<HostAttachment, 'follow'>, ending: FirstEnd<ShowEnd>, screen: ShownSession): Promise<void> {
  let exit: Exit | undefined
  return attachment.follow((event) => {
    if (ending.current) return undefined
    if (event.type === 'data') return screen.output(event)
    if (event.type === 'screen') return screen.drawn(event)
    if (event.type === 'size') screen.resized(event.size)
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

function onSignals(act: (signal: NodeJS.Signals) => void): () => void {
  for (const signal of LEAVING_SIGNALS) process.on(signal, act)
  return () => {
    for (const signal of LEAVING_SIGNALS) process.off(signal, act)
  }
}

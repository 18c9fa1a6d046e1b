/**
 * Shows a session on the person's terminal: output, input, size and signals, until one side ends it. It closes both the
 * terminal and the connection, and so always gives the terminal back.
 */
import type { AttachParams } from '../../api/attach-protocol.js'
import type { Exit } from '../../api/session.js'
import type { AttachmentEvent } from '../../client/attachment-events.js'
import type { HostAttachment } from '../../client/attachment-output.js'
import { FirstEnd } from '../first-end.js'
import { listen } from '../streams/own-signals.js'
import type { DetachKeys } from './detach-key-names.js'
import type { HostLink } from './host-link.js'
import { LEAVING_SIGNALS } from './leaving.js'
import type { OuterTerminal } from './outer-terminal.js'
import { restoreSequence } from './restore-sequence.js'
import type { ShowEnd } from './show-end.js'
import { type Greeting, ShownScreen, type ShownSession } from './shown-screen.js'
import { forwardTyping } from './typing.js'

export interface ShowOptions {
  readonly link: HostLink
  readonly terminal: OuterTerminal
  /** The size is the terminal's. */
  readonly attach: AttachParams
  readonly detachKeys: DetachKeys
  readonly greeting: Greeting
}

/**
 * Attaches and shows the session; resolves when the terminal is the shell's again.
 * @throws PerchError `already-attached` and what else the host answers, `no-terminal`
 */
export async function showSession(options: ShowOptions): Promise<ShowEnd> {
  const { link, terminal, attach, greeting } = options
  const ending = new FirstEnd<ShowEnd>()
  let stopSignals: (() => void) | undefined
  let screen: ShownSession | undefined
  try {
    // Before the attachment, since until then the terminal makes a signal of the detach key; and before perch listens to
    // signals, since a terminal that is stopped makes it wait here.
    terminal.takeKeys()
    stopSignals = listen(LEAVING_SIGNALS, (signal) => ending.set({ kind: 'signal', signal }))
    // It brings a thread along, whose loading everybody else can do without.
    const Viewed = attach.mode === 'viewer' ? (await import('./viewed-screen.js')).ViewedScreen : undefined
    const size = attach.mode === 'controller' ? terminal.size() : undefined
    const params = { ...attach, draws: true, ...(size && { size }) }
    const attachment = await link.attach(params)
    if (attachment === undefined) return { kind: 'gone' }
    const { attached } = attachment
    const showing = { terminal, greeting, attached, mode: attach.mode, redraw: () => link.redraw() }
    const shown: ShownSession = Viewed ? new Viewed(showing) : new ShownScreen(showing)
    screen = shown
    shown.begin()
    terminal.onGone(() => ending.set({ kind: 'signal', signal: 'SIGHUP' }))
    terminal.onResize(() => (attach.mode === 'controller' ? followSize(link, terminal) : shown.terminalResized()))
    const typing = forwardTyping({ ...options, connection: link, onTyped: () => shown.endHint() }, ending)
    copyOutput(attachment, { ending, terminal, screen: shown, again: (offset) => link.attachAgain(params, offset) }).catch(
      (error: unknown) => ending.fail(error),
    )
    const end = await ending.reached
    shown.end()
    const mayStillSpeak = shown.mayTerminalSpeak
    // First: from then on the terminal reports nothing by itself any more.
    leave()
    await typing.stop(mayStillSpeak)
    return end
  } finally {
    stopSignals?.()
    link.close()
    leave()
    await terminal.close('')
  }

  function leave(): void {
    if (!screen) return
    void terminal.write(Buffer.from(restoreSequence(screen.leaveState(ending.current?.kind === 'ended')) + greeting.titleOff))
    screen = undefined
  }
}

interface Copying {
  readonly ending: FirstEnd<ShowEnd>
  readonly terminal: Pick<OuterTerminal, 'passOutput'>
  readonly screen: ShownSession
  /** The output from this offset on, after the connection was lost; undefined when it ends here. */
  readonly again: (offset: number) => Promise<HostAttachment | undefined>
}

/** Copies until something ends the showing; a terminal that takes nothing holds back the output and nothing else. */
async function copyOutput(first: HostAttachment, { again, ...copying }: Copying): Promise<void> {
  const { ending, screen } = copying
  for (let attachment: HostAttachment | undefined = first; attachment; ) {
    const last = await copyAttachment(attachment, copying)
    if (ending.current) return
    attachment = last.isDropped ? await again(last.offset) : undefined
    if (attachment) screen.resumed(attachment.attached)
    else ending.set(last.end)
  }
}

interface CopiedUpTo {
  readonly end: ShowEnd
  /** The connection was lost before the session had ended. */
  readonly isDropped: boolean
  readonly offset: number
}

async function copyAttachment(
  attachment: HostAttachment,
  { ending, terminal, screen }: Omit<Copying, 'again'>,
): Promise<CopiedUpTo> {
  let isExact = false
  let exit: Exit | undefined
  let offset = attachment.attached.offsets.pty ?? 0
  let last: CopiedUpTo = { end: { kind: 'host-lost' }, isDropped: true, offset }
  const makeExact = () => {
    if (!ending.current) terminal.passOutput().catch((error: unknown) => ending.fail(error))
  }
  const outputOnceExact = async (event: Extract<AttachmentEvent, { type: 'data' }>) => {
    await terminal.passOutput()
    isExact = true
    if (!ending.current) await screen.output(event)
  }
  await attachment.follow((event) => {
    if (ending.current) return undefined
    if (event.type === 'data') {
      offset = event.offset + event.bytes.byteLength
      return isExact ? screen.output(event) : outputOnceExact(event)
    }
    if (event.type === 'screen') {
      // No line feed of a drawn screen minds returning the cursor as well, so it is seen before the terminal is made exact.
      setImmediate(makeExact)
      return screen.drawn(event)
    }
    if (event.type === 'size') screen.resized(event.size)
    else if (event.type === 'gap') {
      offset = event.to
      screen.missed()
    } else if (event.type === 'exit') exit = event.record.exit
    else if (event.type === 'closed') last = { end: endOf(event, exit), isDropped: event.reason === 'host-lost' && !exit, offset }
    return undefined
  })
  return last
}

function endOf({ reason, by }: Extract<AttachmentEvent, { type: 'closed' }>, exit: Exit | undefined): ShowEnd {
  if (exit) return { kind: 'ended', exit }
  return reason === 'ended' ? { kind: 'host-lost' } : { kind: reason, by }
}

function followSize(link: HostLink, terminal: OuterTerminal): void {
  const size = terminal.size()
  // The session may end at this moment; then its output tells so.
  if (size) link.resize(size).catch(() => {})
}

/** Attaching a client: which streams it follows, where each begins, and what starts and stops with the attachment. */
import type { Attached, AttachFrom, AttachParams, Closed } from '../../api/attach-protocol.js'
import type { StreamName } from '../../api/session.js'
import { PerchError } from '../../platform/perch-error.js'
import { lastLinesStart } from '../log/last-lines.js'
import type { StreamLog } from '../log/stream-log.js'
import type { OwnedSession } from '../session.js'
import type { LiveAttachment } from './attachments.js'
import { type Beginning, redraw, startOnScreen } from './drawn-start.js'
import { type FrameSink, OutputPump, type PumpedStream } from './output-pump.js'
import { sizeFrames } from './size-frames.js'

/** Replayed for `screen` where there is no model of it: many full screens, at once on every terminal. */
const SCREEN_REPLAY_BYTES = 256 * 1024

export interface AttachingClient {
  readonly sink: FrameSink
  /** The attachment was ended by somebody else, or by request. */
  readonly onClosed: (closed: Closed) => void
  /** The client took something. */
  readonly onProgress: () => void
}

export interface AttachedClient {
  readonly attachment: LiveAttachment
  /** To be awaited before the reply, where it takes time to find out where the output begins. */
  readonly prepared: Promise<void> | undefined
  readonly reply: () => Attached
  /** Lets the first frame out; after the reply was sent. */
  readonly begin: () => void
  /**
   * Sends a screen of this moment in place of what was not sent yet.
   * @throws PerchError `bad-request` for a client that does not draw, or a session that has no screen
   */
  readonly redraw: () => Promise<void>
}

/**
 * Attaches.
 * @throws PerchError `already-attached`, `stream-unavailable`
 */
export function attachClient(session: OwnedSession, params: AttachParams, client: AttachingClient): AttachedClient {
  const { attachments, terminal, holdBack, screen } = session
  const streams = [...new Set(params.streams ?? session.process.streams)].map((name) => pumpedStream(session, name, params.from))
  attachments.requireRoom(params.mode, params.steal ?? false)

  const pump = new OutputPump(client.sink, streams, () => {
    client.onProgress()
    holdBack.review()
  })
  const tellSize = sizeFrames(client.sink)
  const reader = { lagBytes: (stream: StreamName) => pump.lagBytes(stream) }
  const isController = params.mode === 'controller'
  const stops = [
    ...streams.map(({ log }) => log.follow(() => pump.wake())),
    session.events.subscribe(({ type, size }) => {
      if (type === 'resized') tellSize(size)
    }),
    () => holdBack.remove(reader),
    () => {
      if (isController && !session.exit) screen?.unattended(pump.position('pty') ?? 0)
    },
  ]
  const attachment: LiveAttachment = {
    id: attachments.nextId(),
    mode: params.mode,
    since: new Date().toISOString(),
    pump,
    blocks: params.block ?? false,
    onClosed: client.onClosed,
    release: () => {
      for (const stop of stops) stop()
    },
  }
  const start = startOnScreen(session, params, pump)
  attachments.add(attachment)
  if (params.block) holdBack.add(reader)
  if (params.size && isController) terminal?.resizeAndRedraw(params.size)

  const isGone = () => pump.over
  const attend = (from: number) => {
    if (isController && !isGone()) screen?.attended(from)
  }
  let beginning: Beginning = { answersFrom: screen?.unansweredFrom(pump.position('pty') ?? 0), frames: [] }
  const prepared = start?.().then((found) => {
    beginning = found
    attend(found.answersFrom ?? 0)
  })
  if (!prepared) attend(beginning.answersFrom ?? 0)
  return {
    attachment,
    prepared,
    reply: () => ({
      attachment: attachment.id,
      epoch: session.epoch,
      offsets: Object.fromEntries(streams.map(({ name, position }) => [name, position])),
      size: terminal?.size ?? null,
      ...(beginning.answersFrom !== undefined && { answersFrom: beginning.answersFrom }),
    }),
    begin: () => {
      pump.begin(beginning.frames)
      if (session.exitRecord) void pump.finish(session.exitRecord)
      else pump.wake()
    },
    redraw: () => redraw(session, params, pump),
  }
}

function pumpedStream(session: OwnedSession, name: StreamName, from: AttachFrom): PumpedStream {
  const log = session.log.stream(name)
  if (log) return { name, log, position: startOffset(log, from), ended: false }
  const has = session.process.streams.join(' and ')
  throw new PerchError('stream-unavailable', `this session has no ${name} to follow, only ${has}`, {
    hint:
      name === 'stderr' && session.process.kind === 'pipe'
        ? 'It was started with --merge-stderr: both are in stdout.'
        : undefined,
  })
}

/** The offset in a stream at which a reader that asks for `from` begins. */
export function startOffset(log: StreamLog, from: AttachFrom): number {
  switch (from.at) {
    case 'live':
      return log.end
    case 'offset':
      return Math.min(from.offset, log.end)
    case 'tail':
      return lastLinesStart(log, from.lines)
    case 'screen':
      return Math.max(log.memoryStart, log.end - SCREEN_REPLAY_BYTES)
  }
}

/**
 * Waiting for something in what a session writes: a pattern, silence, or a pattern and then silence. Every byte up to the
 * end of the session counts, also the last one before its exit.
 */
import type { AttachFrom } from '../../api/attach-protocol.js'
import type { Session, StreamName } from '../../api/session.js'
import { readSessionLog } from '../../client/log-reader.js'
import type { LogEvent } from '../../client/log-request.js'
import type { PerchClient } from '../../client/perch-client.js'
import { gapText } from '../streams/copy-log.js'
import { boundedSearch } from './bounded-match.js'
import { PatternWindow } from './pattern-window.js'
import { Quiet } from './quiet.js'
import { currentExtents } from './stream-extents.js'
import { type StreamText, streamText } from './stream-text.js'

export interface AwaitedOutput {
  readonly pattern?: RegExp | undefined
  /** No output for this long; with a pattern, after it. Counted from now, so an old silence does not count. */
  readonly idleMs?: number | undefined
  /** Where the pattern is looked for. */
  readonly from: AttachFrom
}

export interface AwaitOutputOptions {
  readonly client: PerchClient
  readonly session: Session
  readonly awaited: AwaitedOutput
  readonly signal?: AbortSignal | undefined
  /** Bytes that are gone are told here. */
  readonly notice: (message: string) => void
}

/**
 * Resolves with `met`, or with `ended` when the session ended first.
 * @throws PerchError `pattern-too-slow`, `kicked`, and as `readSessionLog`; the signal's reason when aborted
 */
export async function awaitOutput(options: AwaitOutputOptions): Promise<'met' | 'ended'> {
  const { client, session, awaited, notice } = options
  const over = new AbortController()
  const quiet = quietOf(options, over)
  const patterns = awaited.pattern && new StreamPatterns(awaited.pattern)
  let isFound = patterns === undefined
  if (isFound) quiet?.restart()
  const signal = options.signal ? AbortSignal.any([options.signal, over.signal]) : over.signal
  try {
    for await (const event of readSessionLog(client, session.id, { from: awaited.from, follow: true, signal })) {
      if (event.type === 'gap') notice(`${gapText(event)}, and may have held what is waited for`)
      isFound ||= patterns?.isFoundIn(event) === true
      if (isFound && quiet === undefined) return 'met'
      if (event.type === 'data') quiet?.readTo(event.stream, event.offset + event.bytes.byteLength)
      if (isFound && (event.type === 'data' || event.type === 'gap')) quiet?.restart()
    }
    return 'ended'
  } catch (error) {
    if (!over.signal.aborted) throw error
    if (over.signal.reason === QUIET) return 'met'
    throw over.signal.reason
  } finally {
    quiet?.stop()
  }
}

/** The reason for which the reading is given up when there was silence. */
const QUIET = new Error('the session is quiet')

function quietOf({ client, session, awaited }: AwaitOutputOptions, over: AbortController): Quiet | undefined {
  const { idleMs } = awaited
  if (idleMs === undefined) return undefined
  return new Quiet({
    idleMs,
    streams: session.streams,
    ask: () => currentExtents(client, session.id),
    onQuiet: () => over.abort(QUIET),
    onFailed: (error) => over.abort(error),
  })
}

/** The pattern in each of the streams: what was written to different ones is no common text. */
class StreamPatterns {
  readonly #pattern: RegExp
  readonly #streams = new Map<StreamName, { readonly window: PatternWindow; readonly text: StreamText }>()

  constructor(pattern: RegExp) {
    this.#pattern = pattern
  }

  isFoundIn(event: LogEvent): boolean {
    if (event.type === 'gap') this.#streams.delete(event.stream)
    if (event.type !== 'data') return false
    const { window, text } = this.#of(event.stream)
    return window.push(text(event.bytes))
  }

  #of(stream: StreamName) {
    const known = this.#streams.get(stream)
    if (known) return known
    const made = { window: new PatternWindow(boundedSearch(this.#pattern)), text: streamText(stream) }
    this.#streams.set(stream, made)
    return made
  }
}

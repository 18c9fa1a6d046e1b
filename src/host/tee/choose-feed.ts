/** The stream that a tee follows, from where, and in which manner: what its plan means for one session. */
import { startOffset } from '../attach/attach.js'
import type { SessionLog } from '../log/session-log.js'
import { LogFeed } from './log-feed.js'
import type { TeeFeed } from './tee-feed.js'
import type { TeePlan } from './tee-plan.js'
import { LogSource, type TeeSource } from './tee-source.js'
import { WindowFeed } from './window-feed.js'

/** `input` is what a tee of `stdin` follows. */
export function chooseFeed(
  { stream, policy, from }: TeePlan,
  session: { readonly log: Pick<SessionLog, 'stream'>; readonly input: TeeSource },
): { readonly source: TeeSource; readonly feed: TeeFeed } {
  const log = session.log.stream(stream)
  const source = log ? new LogSource(log) : session.input
  const offset = log ? startOffset(log, from) : source.end
  const feed = policy === 'drop-newest' ? new WindowFeed(source, offset) : new LogFeed(source, offset)
  return { source, feed }
}

/**
 * From the leader's exit to the moment at which its session may be called ended: the last byte is in the log, every stream
 * has its end, and every tee has had both. Each step has a bound, so that nobody who stalls can hold up the end for long.
 */
import type { OwnedProcess } from '../../platform/process/owned-process.js'
import type { HoldBack } from '../attach/hold-back.js'
import type { SessionLog } from '../log/session-log.js'
import type { Tees } from '../tee/tees.js'
import type { Terminal } from '../terminal-size.js'

export interface EndingSession {
  readonly process: Pick<OwnedProcess, 'drain' | 'close'>
  readonly holdBack: Pick<HoldBack, 'release'>
  readonly terminal: Pick<Terminal, 'close'> | undefined
  readonly log: Pick<SessionLog, 'close' | 'extents'>
  readonly tees: Pick<Tees, 'finish' | 'list'>
}

/** Call once the leader was collected. `drainMs`: how long pipes that descendants hold stay open. */
export async function takeLastBytes(session: EndingSession, drainMs: number): Promise<void> {
  // Nobody may hold back what the pipes still contain, or it would be lost with them.
  session.holdBack.release()
  await session.process.drain(drainMs)
  session.terminal?.close()
  session.process.close()
  session.log.close()
  await session.tees.finish()
}

/**
 * Ending a live session: by its host, which knows best what belongs to it and records how it ended; and without the host
 * when that hangs. Then the host is killed, what is left is ended by identity, and the session is called lost, which it is.
 */
import { PerchError } from '../../platform/perch-error.js'
import { signalProcess } from '../../platform/process/process-signal.js'
import type { HostLink } from './host-link.js'
import type { Supervisor } from './supervisor.js'
import type { TrackedSession } from './tracked-session.js'

/** The host's own bounds: what it takes to make sure that a killed tree is gone, and to drain its pipes. */
const HOST_END_BOUND_MS = 15_000
/** A host answers in milliseconds whatever its session does; on a machine under full load it was seen to take seconds. */
const HUNG_AFTER_MS = 8_000

/** What is said of a host that is gone, or ends meanwhile: what the folder says now decides. */
const GONE = new Set(['host-lost', 'session-ended'])

/**
 * Ends a live session by the ladder; does nothing to one that is gone.
 * @throws PerchError `still-running`
 */
export async function endSession(
  supervisor: Pick<Supervisor, 'settle'>,
  session: TrackedSession,
  graceMs: number,
): Promise<void> {
  session.refresh()
  if (!session.live) return
  if (!session.derive().mustSettle) {
    // A host that somebody stopped (SIGSTOP) hears nothing before this.
    if (session.record) signalProcess(session.record.host, 'SIGCONT')
    try {
      await endByHost(session, graceMs)
      session.refresh()
      // Else the host could not record the exit, and is about to be gone.
      if (session.exit !== null) return
    } catch (error) {
      if (!(error instanceof PerchError)) throw error
      if (error.code === 'timeout') killHost(session, error)
      else if (!GONE.has(error.code)) throw error
    }
  }
  await supervisor.settle(session)
  if (session.live) throw new PerchError('still-running', `something of session ${session.id} still runs`, { hint: 'Try again.' })
}

/** @throws PerchError `timeout` when the host hangs, and what it answers */
async function endByHost(session: TrackedSession, graceMs: number): Promise<void> {
  const link = await session.link()
  const ended = link.request('terminate', { graceMs }, { timeoutMs: graceMs + HOST_END_BOUND_MS })
  await Promise.race([ended, whenHung(link)])
}

/** Rejects when the host does not answer an easy question; never resolves. */
function whenHung(link: HostLink): Promise<never> {
  return new Promise((_, reject) => {
    link.request('status', {}, { timeoutMs: HUNG_AFTER_MS }).catch((error: unknown) => {
      if (error instanceof PerchError && error.code === 'timeout') reject(error)
    })
  })
}

function killHost(session: TrackedSession, cause: PerchError): void {
  const { record } = session
  if (record && signalProcess(record.host, 'SIGKILL') !== 'refused') return
  throw new PerchError('still-running', `the host of session ${session.id} hangs and cannot be killed`, { cause })
}

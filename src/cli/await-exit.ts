/** Waiting for the end of a session that is watched through its host, also when the host dies meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises'
import { decodeJsonPayload, FRAME, type Frame } from '../api/frames.js'
import { type HostChannel, openHostChannel } from '../api/host-channel.js'
import type { Exit, Session } from '../api/session.js'
import type { PerchClient } from '../client/perch-client.js'
import { PerchError } from '../platform/perch-error.js'
import { FirstEnd } from './first-end.js'
import { isLive } from './session-view.js'

/** A session whose host just died is shown as live until the daemon has noticed, which takes milliseconds. */
const SETTLE_TRIES = 100
const SETTLE_PAUSE_MS = 50

/**
 * Waits until the session has ended, without a bound of its own: `signal` ends the wait.
 * @returns null when the session was lost
 * @throws PerchError `session-not-found`, `host-lost`; the signal's reason when aborted
 */
export async function awaitExit(client: PerchClient, session: string, signal?: AbortSignal): Promise<Exit | null> {
  const { socket, session: found } = await client.endpoint(session)
  if (socket === null) return found.exit
  const exit = await exitFromHost(socket, signal)
  return exit ?? (await settledSession(client, found.id, signal)).exit
}

/**
 * The session as it is once its host is known to be gone.
 * @throws PerchError `host-lost` when it is still called live after a bound
 */
export async function settledSession(client: PerchClient, id: string, signal?: AbortSignal): Promise<Session> {
  for (let tries = 0; tries < SETTLE_TRIES; tries++) {
    const { session } = await client.showSession(id)
    if (!isLive(session)) return session
    await sleep(SETTLE_PAUSE_MS, undefined, signal ? { signal } : {})
  }
  throw new PerchError('host-lost', `the host of session ${id} cannot be reached`, { hint: `See: perch show ${id}` })
}

/**
 * Resolves with the exit when the host tells it, or undefined when the connection ended first. Watches without an
 * attachment: whoever only waits is not shown as attached.
 */
async function exitFromHost(socketPath: string, signal: AbortSignal | undefined): Promise<Exit | undefined> {
  const told = new FirstEnd<Exit | undefined>()
  const abort = () => told.fail(signal?.reason)
  signal?.throwIfAborted()
  signal?.addEventListener('abort', abort)
  let channel: HostChannel | undefined
  try {
    channel = await openHostChannel({
      socketPath,
      role: 'client',
      onFrame: (frame) => {
        const exit = channel && exitOfFrame(frame, channel)
        if (exit) told.set(exit)
      },
      onClose: () => told.set(undefined),
    })
    await channel.request('subscribe', {})
    return await told.reached
  } catch (error) {
    if (error instanceof PerchError && error.code === 'host-lost') return undefined
    throw error
  } finally {
    signal?.removeEventListener('abort', abort)
    channel?.close()
  }
}

function exitOfFrame(frame: Frame, { check }: Pick<HostChannel, 'check'>): Exit | undefined {
  if (frame.type !== FRAME.event) return undefined
  const event = decodeJsonPayload(frame)
  const isExit = typeof event === 'object' && event !== null && 'type' in event && event.type === 'exited'
  return isExit ? check('exited', event).exit : undefined
}

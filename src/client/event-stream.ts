/**
 * The daemon's events, followed across its restarts: a connection that is lost is made again after the last number that was
 * read, so that no event is missed and none comes twice. A daemon that died is started again; one that a person stopped is
 * not, and is waited for.
 */
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type EventLine, isEventGap, SINCE_HEADER, UNTIL_HEADER } from '../api/event.js'
import { daemonStopMarkPath } from '../platform/paths.js'
import { PerchError } from '../platform/perch-error.js'
import { callForBytes } from './call-route.js'
import type { DaemonConnectionOptions } from './daemon-connection.js'
import { eventLines } from './event-lines.js'
import type { EventRequest } from './event-request.js'
import type { HttpReply } from './http-exchange.js'

/** Between two tries: a daemon that is starting needs about as long. */
const RETRY_MS = 100
/** Between two looks for a daemon that a person stopped, perhaps for hours. */
const STOPPED_RETRY_MS = 500
/** A daemon that dies this often without having sent an event will not send any. */
const TRIES = 50

/**
 * Reads events, and a gap where some are not held any more.
 * @throws PerchError `bad-request` when `since` is above the last number, `daemon-start-failed`, `daemon-unreachable` without
 *   autostart, `version-mismatch`; the signal's reason when aborted
 */
export async function* readEventStream(
  options: DaemonConnectionOptions,
  request: EventRequest,
): AsyncGenerator<EventLine, void, void> {
  const { signal, follow = true } = request
  let last = request.since
  let until = Number.POSITIVE_INFINITY
  let wasStopped = false
  let isConnected = false
  const tellConnection = (next: boolean) => {
    if (next !== isConnected) request.onConnection?.(next)
    isConnected = next
  }
  for (let tries = 0; ; tries++) {
    signal?.throwIfAborted()
    // The first connection is a command like any other, and starts the daemon.
    const isStopped = tries > 0 && existsSync(daemonStopMarkPath(options.paths))
    if (isStopped && !wasStopped) request.onDaemonStopped?.()
    wasStopped = isStopped
    if (isStopped) tries = 1
    try {
      const reply = await openEvents({ ...options, autostart: options.autostart && !isStopped }, { last, follow, signal })
      last ??= numberIn(reply, SINCE_HEADER, 0)
      if (!follow) until = Math.min(until, numberIn(reply, UNTIL_HEADER, until))
      tellConnection(true)
      for await (const line of eventLines(reply.body)) {
        last = isEventGap(line) ? line.to : line.seq
        tries = 0
        yield line
        if (last >= until) return
      }
    } catch (error) {
      signal?.throwIfAborted()
      const isLost = error instanceof PerchError && error.code === 'daemon-unreachable' && options.autostart
      if (!isLost || (tries >= TRIES && !isStopped)) throw error
    }
    if (last !== undefined && last >= until) return
    tellConnection(false)
    await sleep(isStopped ? STOPPED_RETRY_MS : RETRY_MS, undefined, signal ? { signal } : {}).catch(() =>
      signal?.throwIfAborted(),
    )
  }
}

interface Reading {
  readonly last: number | undefined
  readonly follow: boolean
  readonly signal: AbortSignal | undefined
}

function openEvents(options: DaemonConnectionOptions, { last, follow, signal }: Reading): Promise<HttpReply> {
  const query = [
    ['since', last === undefined ? undefined : String(last)],
    ['follow', follow && '1'],
  ] as const
  return callForBytes(options, 'events', { query }, signal)
}

function numberIn({ headers }: HttpReply, name: string, otherwise: number): number {
  const text = headers.get(name)
  return text === undefined ? otherwise : Number(text)
}

/**
 * Whether a file is still being written. A program that truncates and then writes shows an empty or a half file in between;
 * perch waits until it is quiet, but not for ever: some files are written all the time. Half a file that was mirrored anyway
 * does no harm, for its source has then changed and is brought again.
 */
import type { RuntimeContext } from '../../runtime-context.js'
import type { SidePrint } from './side-print.js'

/** Between two writes of one `write` loop pass microseconds; a busy machine may stop a process for tens of milliseconds. */
export const QUIET_MS = 120

/** A file that lost its content is most likely about to get another. */
const QUIET_AFTER_EMPTY_MS = 1_000

/** After this a file that never rests is mirrored as it is. */
const PATIENCE_MS = 3_000

const restless = new WeakMap<RuntimeContext, Map<string, number>>()

/** For how long to wait before the file at `key` is looked at again; null when it is quiet. */
export function fluxOf(context: RuntimeContext, key: string, now: SidePrint, before: SidePrint | null): number | null {
  const since = restless.get(context) ?? new Map<string, number>()
  restless.set(context, since)
  const nowMs = Date.now()
  const quietMs = now.size === 0 && before !== null && before.size > 0 ? QUIET_AFTER_EMPTY_MS : QUIET_MS
  // A time in the future says nothing about the last write.
  const restsMs = Math.max(0, quietMs - Math.abs(nowMs - now.mtimeMs))
  if (restsMs === 0) {
    since.delete(key)
    return null
  }
  const firstSeen = since.get(key) ?? nowMs
  since.set(key, firstSeen)
  // Stays so until it rests: the file is looked at again under the lock.
  return Math.abs(nowMs - firstSeen) > PATIENCE_MS ? null : Math.ceil(restsMs)
}

/** Being told of an abort while some work is under way. */
import { setMaxListeners } from 'node:events'

/**
 * Calls `act` once when the signal is aborted, at once when it already is. Returns the way to stop that, to be taken when
 * the work is over.
 */
export function onAbort(signal: AbortSignal | undefined, act: () => void): () => void {
  if (signal?.aborted) act()
  if (!signal || signal.aborted) return () => undefined
  // One signal may end all sessions of a program. Node would call that a leak from the eleventh listener on.
  setMaxListeners(0, signal)
  signal.addEventListener('abort', act, { once: true })
  return () => signal.removeEventListener('abort', act)
}

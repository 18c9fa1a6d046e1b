/** Ending a wait by a signal, where what is waited for goes on. */
import { onAbort } from '../platform/on-abort.js'

/** The value of the promise. @throws the signal's reason when it is aborted first */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return await promise
  let unlisten: () => void = () => undefined
  const aborted = new Promise<never>((_, reject) => {
    unlisten = onAbort(signal, () => reject(signal.reason))
  })
  try {
    // The loser is handled by the race: a later failure of it is nobody's unhandled rejection.
    return await Promise.race([promise, aborted])
  } finally {
    unlisten()
  }
}

/** What a program may set as often as it likes is remembered within a bound. */

/** Numbers of modes and colours that are remembered. */
const REMEMBERED_LIMIT = 512

/** The latest last, as that is their order in a terminal, too. */
export function remember<T>(map: Map<number, T>, key: number, value: T): void {
  map.delete(key)
  if (map.size < REMEMBERED_LIMIT) map.set(key, value)
}

/** No client saw its runtime, or a file of its own, vanish, nor another account's key. */
import type { Outcome } from './outcome.js'

export function clientsNoticed({ history }: Outcome): readonly string[] {
  return history.filter(({ phase }) => phase === 'lost').map(({ who, what }) => `${who} noticed: ${what}`)
}

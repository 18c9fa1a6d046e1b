/** Which of a host's numbered events are due, when some were told to nobody. Pure. */
import type { NumberedEvent } from '../../host/event-file.js'

/** So many events are nowhere to be had any more, the last of them with the number `upTo`. */
export interface MissedEvents {
  readonly kind: 'missed'
  readonly count: number
  readonly upTo: number
  /** When the event after them happened (ISO 8601). */
  readonly at: string
}

export type DueEvent = MissedEvents | { readonly kind: 'event'; readonly event: NumberedEvent }

/**
 * What is to be told to come from the number `told` to `event`: the events in between as far as they were `recorded`, how
 * many are missing where they are missing, and `event` itself.
 */
export function hostEventsAfter(told: number, recorded: readonly NumberedEvent[], event: NumberedEvent): readonly DueEvent[] {
  const between = recorded.filter(({ number }) => number > told && number < event.number)
  let last = told
  return [...between, event].flatMap((next): DueEvent[] => {
    if (next.number <= last) return []
    const count = next.number - last - 1
    last = next.number
    const due = { kind: 'event', event: next } as const
    return count === 0 ? [due] : [{ kind: 'missed', count, upTo: next.number - 1, at: next.at }, due]
  })
}

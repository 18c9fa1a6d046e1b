/** What each part of a live runtime came to last, for people, and when the parts that wait want to be looked at again. */
import type { LivePart } from './live-status.js'
import type { PassOutcome } from './pass-outcome.js'

export class PartStates {
  readonly #parts = new Map<string, LivePart>()
  readonly #onTrouble: (name: string, why: string) => void

  /** `onTrouble` is told of what is blocked, once for each reason. */
  constructor(onTrouble: (name: string, why: string) => void) {
    this.#onTrouble = onTrouble
  }

  get all(): readonly LivePart[] {
    return [...this.#parts.values()]
  }

  get areInStep(): boolean {
    return [...this.#parts.values()].every(({ outcome }) => outcome.state === 'in-step')
  }

  set(name: string, outcome: PassOutcome): void {
    const before = this.#parts.get(name)
    const isSame = before?.outcome.state === outcome.state && whyOf(before.outcome) === whyOf(outcome)
    this.#parts.set(name, { name, outcome, since: isSame ? before.since : new Date().toISOString() })
    if (!isSame && outcome.state === 'blocked') this.#onTrouble(name, outcome.why)
  }
}

function whyOf(outcome: PassOutcome): string | null {
  return outcome.state === 'in-step' ? null : outcome.why
}

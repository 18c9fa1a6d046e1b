/**
 * One interleaving as data, made of a seed alone: who comes when, does what, and is killed where. The moments are those
 * of a real machine, so the same plan may run differently twice; its steps are the same each time.
 */
import type { RuntimeStep } from '../../../src/runtime/runtime-step.js'
import type { LinkMode } from '../../../src/runtime/tree/link-mode.js'
import { roundRandom } from '../run.js'
import { CLIENT_ACTIONS, type ClientPlan, type ClientStep, DEATHS } from './client-plan.js'
import { type KilledAction, reachableSteps } from './reachable-steps.js'

export interface Plan {
  readonly seed: number
  readonly linkMode: LinkMode
  readonly profiles: readonly ProfilePlan[]
  /** Clients that a person runs without perch. */
  readonly plain: readonly TimedClient[]
  /** One after the other; the last serves to the end and is then killed. */
  readonly live: readonly Death[]
}

/** When a process is killed: at a step, at a moment, or not at all. */
export interface Death {
  readonly failpoint?: RuntimeStep
  readonly killAfterMs?: number
}

export interface ProfilePlan {
  readonly name: string
  readonly sessions: readonly SessionPlan[]
  readonly commands: readonly CommandPlan[]
}

export interface SessionPlan extends Death {
  readonly id: string
  readonly startMs: number
  readonly client: ClientPlan
  readonly killClientAfterMs?: number
  /** Null: the session's own process gives the runtime back. */
  readonly release: Death | null
}

export interface CommandPlan extends Death {
  readonly action: 'acquire' | 'release' | 'collect'
  readonly startMs: number
}

export interface TimedClient {
  readonly startMs: number
  readonly client: ClientPlan
  readonly killAfterMs?: number
}

/** Sessions of one profile overlap or not: a client lives some hundred milliseconds. */
const SPREAD_MS = 900
const LATEST_COMMAND_MS = 2_000
const LONGEST_PAUSE_MS = 60
/** Perch is done with any of its steps by then, on a machine that has nothing else to do. */
const LATEST_KILL_MS = 120
const LATEST_KILL_OF_CLIENT_MS = 400
/** Between two lives of the live sync there is only the start of a process. */
const LATEST_KILL_OF_LIVE_MS = 700

const PROFILES = ['work', 'play', 'third'] as const

export function planOf(seed: number, linkMode: LinkMode): Plan {
  const dice = new Dice(roundRandom(seed, 0))
  const profiles = PROFILES.slice(0, dice.between(2, 3)).map((name) => profilePlan(dice, name, linkMode))
  const plain = dice.times(
    0,
    2,
    (at): TimedClient => ({ startMs: dice.between(0, SPREAD_MS), client: clientPlan(dice, `plain${at}`, true) }),
  )
  const live = [...dice.times(1, 5, () => death(dice, 'live', linkMode)), {}]
  return {
    seed,
    linkMode,
    profiles,
    plain: plain.map((timed) => ({ ...timed, ...killed(dice, 0.25, LATEST_KILL_OF_CLIENT_MS) })),
    live,
  }
}

function profilePlan(dice: Dice, name: string, linkMode: LinkMode): ProfilePlan {
  const sessions = dice.times(1, 3, (at): SessionPlan => {
    const id = `${name}${at}`
    const clientDies = dice.chance(0.25) ? { killClientAfterMs: dice.between(0, LATEST_KILL_OF_CLIENT_MS) } : {}
    return {
      id,
      startMs: dice.between(0, SPREAD_MS),
      ...death(dice, 'session', linkMode),
      client: clientPlan(dice, id, false),
      ...clientDies,
      release: dice.chance(0.3) ? null : death(dice, 'release', linkMode),
    }
  })
  const commands = dice.times(0, 4, (): CommandPlan => {
    const action = dice.one(['acquire', 'release', 'collect'] as const)
    return { action, startMs: dice.between(0, LATEST_COMMAND_MS), ...death(dice, action, linkMode) }
  })
  return { name, sessions, commands }
}

function clientPlan(dice: Dice, who: string, isPlain: boolean): ClientPlan {
  // A login says who it is before it says anything else.
  const first: ClientStep = { id: `${who}.0`, action: 'account', pauseMs: 0 }
  const steps = dice.times(3, 8, (at): ClientStep => {
    const action = dice.one(CLIENT_ACTIONS)
    const step = { id: `${who}.${at + 1}`, action, pauseMs: dice.between(0, LONGEST_PAUSE_MS) }
    return dice.chance(0.04) ? { ...step, diesAt: dice.one(DEATHS) } : step
  })
  return { who, isPlain, steps: [first, ...steps] }
}

/** How often a process of this sort is killed, and how late after it began. */
const DEATHS_OF: Readonly<Record<KilledAction, { readonly chance: number; readonly latestMs: number }>> = {
  live: { chance: 1, latestMs: LATEST_KILL_OF_LIVE_MS },
  session: { chance: 0.35, latestMs: LATEST_KILL_MS },
  acquire: { chance: 0.6, latestMs: LATEST_KILL_MS },
  release: { chance: 0.5, latestMs: LATEST_KILL_MS },
  collect: { chance: 0.6, latestMs: LATEST_KILL_MS },
}

function death(dice: Dice, action: KilledAction, linkMode: LinkMode): Death {
  const { chance, latestMs } = DEATHS_OF[action]
  if (!dice.chance(chance)) return {}
  return dice.chance(0.6) ? { failpoint: dice.one(reachableSteps(action, linkMode)) } : killed(dice, 1, latestMs)
}

function killed(dice: Dice, chance: number, latestMs: number): { readonly killAfterMs?: number } {
  return dice.chance(chance) ? { killAfterMs: dice.between(0, latestMs) } : {}
}

class Dice {
  readonly #random: () => number

  constructor(random: () => number) {
    this.#random = random
  }

  chance(part: number): boolean {
    return this.#random() < part
  }

  /** A whole number, both ends included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.#random() * (high - low + 1))
  }

  one<T>(values: readonly [T, ...T[]] | readonly T[]): T {
    const value = values[this.between(0, values.length - 1)]
    if (value === undefined) throw new RangeError('there is nothing to choose from')
    return value
  }

  times<T>(least: number, most: number, make: (at: number) => T): readonly T[] {
    return Array.from({ length: this.between(least, most) }, (_, at) => make(at))
  }
}

/**
 * What everybody of an interleaving did, in one file that all its processes append to: a step is written before it is begun
 * and after it is done, so that one whose process was killed in between is known to be either.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'

export interface Happening {
  /** Milliseconds since 1970, comparable between the processes of one machine. */
  readonly atMs: number
  readonly who: string
  /** `lost`: this process saw at once what must never happen. */
  readonly phase: 'begun' | 'done' | 'skipped' | 'lost' | 'note'
  readonly what: string
  /** The step's id. */
  readonly id?: string
  readonly detail?: unknown
}

/** A client notes which locks it holds, and that it holds none any more. `id` tells the two of one step. */
export const HOLDS = 'holds'
export const GAVE_BACK = 'gave back'

export interface HistoryWriter {
  write(phase: Happening['phase'], what: string, more?: Pick<Happening, 'id' | 'detail'>): void
}

export function historyWriter(path: string, who: string): HistoryWriter {
  return {
    write: (phase, what, more = {}) => {
      const atMs = Math.round((performance.timeOrigin + performance.now()) * 1000) / 1000
      const happening: Happening = { atMs, who, phase, what, ...more }
      appendFileSync(path, `${JSON.stringify(happening)}\n`)
    },
  }
}

/** In the order of time. */
export function readHistory(path: string): readonly Happening[] {
  if (!existsSync(path)) return []
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean)
  return lines.map((line) => JSON.parse(line) as Happening).sort((a, b) => a.atMs - b.atMs)
}

/** A step of a client that reached the disk, or may have. */
export interface WrittenStep {
  readonly id: string
  readonly who: string
  readonly detail: unknown
  readonly begunMs: number
  /** Null when its process was killed in the middle of it. */
  readonly doneMs: number | null
}

/** The steps of one kind that were begun and not given up. */
export function writtenSteps(history: readonly Happening[], what: string): readonly WrittenStep[] {
  return history.flatMap((begun): WrittenStep[] => {
    if (begun.phase !== 'begun' || begun.what !== what || begun.id === undefined) return []
    const done = history.find(({ phase, id }) => phase === 'done' && id === begun.id)
    return [{ id: begun.id, who: begun.who, detail: begun.detail, begunMs: begun.atMs, doneMs: done?.atMs ?? null }]
  })
}

/**
 * After a test nothing of it may be left: no process, no folder, and in a perch home (`home-inspection.ts`) no socket,
 * staging file or lock. What is found fails the test by name, and is then ended, so that the next test starts clean.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { endProcess, processesOfThisFile, type SeenProcess } from './marked-processes.js'
import { workerFolder, workerFolderEntries } from './worker-folder.js'

export interface Leak {
  readonly kind: 'process' | 'socket' | 'staging-file' | 'lock' | 'folder'
  readonly what: string
}

/** What was there before a test: made by `beforeAll`, shared by the tests of a file, and looked at after the last of them. */
export interface Baseline {
  readonly entries: ReadonlySet<string>
  readonly processes: ReadonlySet<string>
}

/** What a process that was told to end may still take: it is loaded here with two test files on two cores. */
const SETTLE_MS = 5_000
const LOOK_EVERY_MS = 20

const reported: Leak[] = []

/** For owners of resources that look themselves, on the way out, at what they leave (`temporary-home.ts`). */
export function reportLeaks(leaks: readonly Leak[]): void {
  reported.push(...leaks)
}

export function takeBaseline(): Baseline {
  return { entries: new Set(workerFolderEntries()), processes: new Set(ourProcesses().map(keyOf)) }
}

/** Nothing is there before a file. */
export const EMPTY_BASELINE: Baseline = { entries: new Set(), processes: new Set() }

/** The leaks since the baseline; waits, with a bound, for processes that are about to end. Ends and removes what it names. */
export async function collectLeaks(baseline: Baseline, settleMs: number = SETTLE_MS): Promise<readonly Leak[]> {
  const processes = await remainingProcesses(() => newProcesses(baseline), settleMs)
  for (const leaked of processes) endProcess(leaked)
  const entries = workerFolderEntries().filter((name) => !baseline.entries.has(name))
  for (const name of entries) rmSync(join(workerFolder(), name), { recursive: true, force: true })
  return [...reported.splice(0), ...processes.map(processLeak), ...entries.map((what): Leak => ({ kind: 'folder', what }))]
}

/** The processes that `look` still finds when `settleMs` have passed; none as soon as it finds none. */
export async function remainingProcesses(
  look: () => readonly SeenProcess[],
  settleMs: number = SETTLE_MS,
): Promise<readonly SeenProcess[]> {
  const deadline = performance.now() + settleMs
  for (;;) {
    const found = look()
    if (found.length === 0 || performance.now() >= deadline) return found
    await sleep(LOOK_EVERY_MS)
  }
}

export function processLeak(leaked: SeenProcess): Leak {
  return { kind: 'process', what: `${leaked.pid} ${leaked.command}` }
}

/** @throws Error naming each leak */
export function failOnLeaks(leaks: readonly Leak[], of: string): void {
  if (leaks.length === 0) return
  throw new Error(`${of} left behind:\n${leaks.map(({ kind, what }) => `  ${kind}: ${what}`).join('\n')}`)
}

function newProcesses(baseline: Baseline): readonly SeenProcess[] {
  const shared = [...baseline.entries].map((name) => join(workerFolder(), name))
  return ourProcesses().filter((seen) => !baseline.processes.has(keyOf(seen)) && !shared.some((folder) => carries(seen, folder)))
}

function ourProcesses(): readonly SeenProcess[] {
  return processesOfThisFile(workerFolder())
}

function carries(seen: SeenProcess, folder: string): boolean {
  return seen.command.includes(folder) || seen.environment.some((pair) => pair.includes(folder))
}

function keyOf(seen: SeenProcess): string {
  return `${seen.pid}@${seen.startTime}`
}

/**
 * The sync of all runtimes that stand, for one state folder: driven by what changes, with a slow pass for what events have
 * missed. A login is looked at at once; documents and entries in rounds, one runtime after the other under the lock of their
 * shared home, so that a change in one reaches all others in the same round; trees of copies in their own time.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { PerchPaths } from '../../platform/paths.js'
import { messageOf } from '../../platform/perch-error.js'
import { CommonWatches } from '../../platform/watch/common-watches.js'
import type { WatchFolder } from '../../platform/watch/folder-watch.js'
import { documentMemory } from '../documents/document-memory.js'
import type { RuntimeContext, RuntimeRequest } from '../runtime-context.js'
import { ClockJumps } from './clock-jumps.js'
import { GatherWindow } from './gather-window.js'
import { LiveRuntime } from './live-runtime.js'
import type { LiveStatus } from './live-status.js'
import { StandingRuntimes } from './standing-runtimes.js'
import { syncRound } from './sync-round.js'

export interface LiveSyncOptions {
  readonly paths: PerchPaths
  /** The profile as it is now, with the HOME that its runtime was built for. @throws PerchError when it cannot be read */
  readonly requestFor: (profile: string) => RuntimeRequest
  /** What the person should be told, as a sentence. */
  readonly onNotice: (profile: string, notice: string) => void
  /** Keeps count of what must not be cut off. */
  readonly track: <T>(work: Promise<T>) => Promise<T>
  readonly watch?: WatchFolder | undefined
}

/** A client writes several files at once; a person does not notice. */
const GATHER_WINDOW_MS = 20
/** Somebody else holds the profile: they are done in milliseconds, or do the same work. */
const BUSY_MS = 10
/** Where events do not tell of everything. */
const POLL_MS = 1_000

export class LiveSync {
  readonly #options: LiveSyncOptions
  readonly #watches: CommonWatches
  readonly #runtimes = new Map<string, LiveRuntime>()
  readonly #round = new GatherWindow(GATHER_WINDOW_MS, () => this.#options.track(this.#syncRound()))
  readonly #busy = new Set<string>()
  readonly #clock = new ClockJumps()
  readonly #standing: StandingRuntimes
  #poll: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(options: LiveSyncOptions) {
    this.#options = options
    this.#watches = new CommonWatches(options.watch)
    this.#standing = new StandingRuntimes({
      paths: options.paths,
      watches: this.#watches,
      onStanding: (profile) => this.#adopt(profile),
    })
  }

  /** What the sync of this profile's runtime is doing; undefined when it has none that stands. */
  get(profile: string): LiveStatus | undefined {
    return this.#runtimes.get(profile)?.status
  }

  /** Watches a runtime that was just built, before anybody uses it. The caller holds the profile's lock. */
  arm(context: RuntimeContext): void {
    if (this.#isClosed) return
    const runtime = this.#runtime(context.request.profile.name)
    runtime.arm(context)
    this.#pollWhereNeeded()
  }

  /** Takes in the runtimes that stand already, and from now on those that appear. */
  start(): void {
    if (!this.#isClosed) this.#standing.look()
  }

  /** Looks for what events have missed. */
  slowPass(): void {
    this.#lookAgain(this.#clock.haveHappened())
  }

  /** Nothing new is begun; what is under way was given to `track`. */
  close(): void {
    this.#isClosed = true
    clearInterval(this.#poll)
    this.#round.close()
    this.#standing.close()
    for (const runtime of this.#runtimes.values()) runtime.close()
  }

  #adopt(profile: string): void {
    if (this.#isClosed || this.#runtimes.has(profile)) return
    const runtime = this.#runtime(profile)
    const context = runtime.open()
    if (context) this.arm(context)
    else this.#drop(runtime)
  }

  #runtime(profile: string): LiveRuntime {
    const known = this.#runtimes.get(profile)
    if (known) return known
    const { paths, requestFor, onNotice } = this.#options
    const runtime = new LiveRuntime(profile, {
      paths,
      request: () => requestFor(profile),
      watches: this.#watches,
      onMark: (marked) => this.#marked(marked),
      onGone: (gone) => this.#drop(gone),
      onNotice: ({ name }, notice) => onNotice(name, notice),
    })
    this.#runtimes.set(profile, runtime)
    return runtime
  }

  #drop(runtime: LiveRuntime): void {
    runtime.close()
    if (this.#runtimes.get(runtime.name) === runtime) this.#runtimes.delete(runtime.name)
    this.#forgetWhenIdle()
    this.#pollWhereNeeded()
  }

  #marked(runtime: LiveRuntime): void {
    if (this.#isClosed) return
    if (this.#clock.haveHappened()) this.#lookAgain(true)
    if (runtime.isLoginMarked) this.#alone(`login ${runtime.name}`, () => this.#syncLogin(runtime))
    if (runtime.isTopMarked) this.#round.open()
    if (runtime.areFoldersMarked) this.#alone(`folders ${runtime.name}`, () => this.#syncFolders(runtime))
  }

  /** `hasJumped`: the machine slept, say, and times of files from before and after cannot be compared. */
  #lookAgain(hasJumped: boolean): void {
    this.start()
    for (const runtime of this.#runtimes.values()) {
      if (hasJumped) runtime.mark({ kind: 'everything' })
      else runtime.slowPass()
    }
  }

  /** Begins the work unless it is under way; whoever does it looks for new marks before ending. */
  #alone(key: string, work: () => Promise<void>): void {
    if (this.#busy.has(key)) return
    this.#busy.add(key)
    const done = work().finally(() => {
      this.#busy.delete(key)
      this.#forgetWhenIdle()
    })
    void this.#options.track(done)
  }

  /** Documents of some megabytes each, which nobody may ask for again for hours. */
  #forgetWhenIdle(): void {
    if (this.#runtimes.size === 0 && this.#busy.size === 0) documentMemory.clear()
  }

  async #syncLogin(runtime: LiveRuntime): Promise<void> {
    while (!this.#isClosed && runtime.isLoginMarked) {
      if (!(await this.#attempt(runtime, () => runtime.syncLogin()))) await sleep(BUSY_MS)
    }
  }

  async #syncFolders(runtime: LiveRuntime): Promise<void> {
    while (!this.#isClosed && runtime.areFoldersMarked) {
      // One change of a tree rarely comes alone.
      await sleep(GATHER_WINDOW_MS)
      await this.#attempt(runtime, async () => {
        await runtime.syncFolders()
        return true
      })
    }
  }

  async #syncRound(): Promise<void> {
    const isBusy = await syncRound([...this.#runtimes.values()], {
      isClosed: () => this.#isClosed,
      onNotice: this.#options.onNotice,
    })
    if (isBusy) setTimeout(() => this.#round.open(), BUSY_MS)
  }

  async #attempt(runtime: LiveRuntime, work: () => Promise<boolean>): Promise<boolean> {
    try {
      return await work()
    } catch (error) {
      this.#options.onNotice(runtime.name, `it was not looked at: ${messageOf(error)}`)
      // It is still marked, and whatever was in the way may be so for long.
      await sleep(POLL_MS)
      return true
    }
  }

  #pollWhereNeeded(): void {
    const polled = [...this.#runtimes.values()].filter(({ isPolled }) => isPolled)
    if (polled.length === 0) {
      clearInterval(this.#poll)
      this.#poll = undefined
      return
    }
    this.#poll ??= setInterval(() => {
      for (const runtime of this.#runtimes.values()) if (runtime.isPolled) runtime.poll()
    }, POLL_MS)
  }
}

/**
 * One runtime that stands, kept in step with its profile and the shared home. Knows what was marked and looks at just
 * that; each look is short, may be done again at any time, and leaves what is in the way for the next one. It takes the
 * profile's lock only when it is free: whoever holds it (an acquire, a release) does the same work.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { withOwnWrites } from '../../platform/files/own-writes.js'
import type { PerchPaths } from '../../platform/paths.js'
import { messageOf } from '../../platform/perch-error.js'
import type { CommonWatches } from '../../platform/watch/common-watches.js'
import { profileFolders } from '../../profiles/profile-definition.js'
import { tryProfileLock } from '../../profiles/profile-lock.js'
import { newCredentialPatience } from '../credentials/credential-patience.js'
import { healCredential } from '../credentials/heal-credential.js'
import { type DocumentPlace, documentPlaces } from '../document-place.js'
import { syncDocument } from '../documents/sync-document.js'
import { reclaimOwnLocks } from '../locks/held-client-locks.js'
import { openRuntimeContext, type RuntimeContext, type RuntimeRequest } from '../runtime-context.js'
import { fingerprintOf, isSameFingerprint } from '../tree/fingerprint.js'
import { standingLinkMode } from '../tree/index-file.js'
import { syncMirror } from '../tree/mirror/sync-mirror.js'
import { syncLinks } from '../tree/sync-links.js'
import { LiveMirror } from './live-mirror.js'
import type { LiveStatus } from './live-status.js'
import { includes, isNone, type Mark, Marks } from './marks.js'
import { PartStates } from './part-states.js'
import type { PassOutcome } from './pass-outcome.js'
import { PolledFiles } from './polled-files.js'
import { RestCheck } from './rest-check.js'
import { RuntimeWatches } from './runtime-watches.js'
import { TimedMarks } from './timed-marks.js'
import { watchedPlaces } from './watched-places.js'

export interface LiveRuntimeOptions {
  readonly paths: PerchPaths
  /**
   * The profile as it is now: its file may change while the runtime stands, and that be built anew for another HOME.
   * @throws PerchError when it cannot be read
   */
  readonly request: () => RuntimeRequest
  readonly watches: CommonWatches
  /** Something was marked. */
  readonly onMark: (runtime: LiveRuntime) => void
  /** The runtime was taken down. */
  readonly onGone: (runtime: LiveRuntime) => void
  /** What the person should be told, as a sentence. */
  readonly onNotice: (runtime: LiveRuntime, notice: string) => void
}

/** The name of the tree among the parts, and that of the content of copies. */
const TREE = 'tree'
const COPIES = 'copies'

export class LiveRuntime {
  readonly name: string
  readonly #options: LiveRuntimeOptions
  readonly #watches: RuntimeWatches
  readonly #marks = new Marks()
  readonly #timed = new TimedMarks((mark) => this.mark(mark))
  readonly #states: PartStates
  readonly #polled = new PolledFiles()
  readonly #mirror: LiveMirror
  readonly #patience = newCredentialPatience()
  readonly #rest = new RestCheck()
  /** As it was when all of it was last looked at. */
  #seen: RuntimeContext | undefined
  #lastPassAt: string | null = null
  #isClosed = false

  constructor(name: string, options: LiveRuntimeOptions) {
    this.name = name
    this.#options = options
    this.#states = new PartStates((part, why) => options.onNotice(this, `${part} is not in step: ${why}`))
    this.#watches = new RuntimeWatches({ watches: options.watches, onMark: (mark) => this.mark(mark) })
    this.#mirror = new LiveMirror({
      isWatched: (path) => this.#watches.isWatched(path),
      watch: (context) => this.#watch(context),
    })
  }

  get status(): LiveStatus {
    const { sync, runtime } = this.#folders
    const why = this.#watches.problem
    return {
      profile: this.name,
      linkMode: standingLinkMode({ sync, runtime }) ?? 'link',
      watching: why === null ? { kind: 'events', folders: this.#watches.folders } : { kind: 'poll', why },
      lastPassAt: this.#lastPassAt,
      parts: this.#states.all,
    }
  }

  /** Whether events do not tell of everything. */
  get isPolled(): boolean {
    return this.#watches.problem !== null
  }

  get isLoginMarked(): boolean {
    return this.#marks.hasLogin
  }

  /** Whether a document or an entry is marked. */
  get isTopMarked(): boolean {
    return this.#marks.hasTop
  }

  get areFoldersMarked(): boolean {
    return this.#marks.hasFolders
  }

  mark(mark: Mark): void {
    if (this.#isClosed) return
    this.#marks.add(mark)
    this.#options.onMark(this)
  }

  /** Watches what the runtime consists of now, and looks at all of it: what was written until now was told to nobody. */
  arm(context: RuntimeContext): void {
    this.#watch(context)
    this.#polled.see(context)
    this.mark({ kind: 'everything' })
  }

  /** Marks everything, unless nothing can have happened to it since it was in step. */
  slowPass(): void {
    const seen = this.#seen
    const isAtRest = seen?.linkMode === 'link' && !this.isPolled && this.#states.areInStep
    if (!isAtRest || this.#rest.isOver(seen)) this.mark({ kind: 'everything' })
  }

  /** Marks what changed since the last time, for where events do not tell. */
  poll(): void {
    const context = this.#open()
    if (context) for (const mark of this.#polled.changes(context)) this.mark(mark)
  }

  close(): void {
    this.#isClosed = true
    this.#timed.close()
    this.#watches.close()
  }

  /** The context to find the shared home by; undefined when the runtime is gone or nothing can be done now. */
  open(): RuntimeContext | undefined {
    return this.#open()
  }

  /** Looks at the login if it is marked. False when somebody else holds the profile: it is still marked then. */
  async syncLogin(): Promise<boolean> {
    return await this.#underProfileLock(async (context) => {
      if (!this.#marks.takeLogin() || context === undefined) return
      const { file } = context.relocation.credential
      await this.#look(file, { kind: 'login' }, () => healCredential(context, this.#patience))
    })
  }

  /**
   * Looks at the marked documents and top-level entries. The caller holds the lock of the shared home. `changed` tells which
   * shared documents are others now, so that the other runtimes are looked at as well.
   */
  async syncTop(): Promise<{ readonly isDone: boolean; readonly changed: readonly string[] }> {
    const changed: string[] = []
    const isDone = await this.#underProfileLock(async (context) => {
      const { documents, entries } = this.#marks.takeTop()
      if (context === undefined) return
      for (const place of documentPlaces(context)) {
        if (!includes(documents, place.definition.name)) continue
        if (await this.#syncDocument(context, place)) changed.push(place.definition.name)
      }
      if (isNone(entries)) return
      await this.#look(TREE, { kind: 'everything' }, () => syncLinks(context, entries))
      if (entries !== 'all') return
      // The shared home may be another folder now, and a document may link elsewhere.
      this.#watch(context)
      this.#seen = context
    })
    return { isDone, changed }
  }

  /** Looks at the marked folders of copies. Holds no profile lock: a large tree takes its time. */
  async syncFolders(): Promise<void> {
    const folders = this.#marks.takeFolders()
    const opened = this.#open()
    if (opened === undefined || opened.linkMode === 'link' || isNone(folders)) return
    const context = this.#mirror.contextFor(opened)
    // What is written from here on is either told or still found.
    if (folders === 'all') await this.#mirror.watchAll(context)
    await this.#look(COPIES, { kind: 'everything' }, () => syncMirror(context, folders))
    if (folders !== 'all' && (await this.#mirror.watchNew(context, folders))) this.mark({ kind: 'everything' })
    this.#tell(context)
  }

  #watch(context: RuntimeContext): void {
    this.#watches.arm([...watchedPlaces(context), ...this.#mirror.places])
  }

  /** Whether the shared document is another one now. */
  async #syncDocument(context: RuntimeContext, place: DocumentPlace): Promise<boolean> {
    const { name } = place.definition
    const before = place.shared === null ? null : fingerprintOf(place.shared)
    await this.#look(name, { kind: 'document', name }, () => syncDocument(context, place))
    const after = place.shared === null ? null : fingerprintOf(place.shared)
    return after !== null && !isSameFingerprint(before, after)
  }

  /** One look; what waits is marked again in its time, and what fails keeps no other part from being looked at. */
  async #look(part: string, again: Mark, look: () => PassOutcome | Promise<PassOutcome>): Promise<void> {
    let outcome: PassOutcome
    try {
      outcome = await withOwnWrites(look)
    } catch (error) {
      outcome = { state: 'blocked', why: messageOf(error) }
    }
    this.#states.set(part, outcome)
    this.#lastPassAt = new Date().toISOString()
    if (outcome.state === 'waiting' && !this.#isClosed) this.#timed.add(again, outcome.againInMs)
  }

  /** `action` gets no context when there is nothing to look at now. False when somebody else holds the profile. */
  async #underProfileLock(action: (context: RuntimeContext | undefined) => Promise<void>): Promise<boolean> {
    using lock = tryProfileLock(this.#options.paths, this.name)
    if (lock === undefined) return false
    const context = this.#open()
    // A note of locks that a killed process left would be lost with the first lock that is taken here.
    if (context) reclaimOwnLocks(context)
    await action(context)
    if (context) this.#tell(context)
    return true
  }

  /** Makes nothing: a runtime that was taken down, or a shared home that somebody moved away, is not made again here. */
  #open(): RuntimeContext | undefined {
    if (!existsSync(this.#folders.runtime)) {
      this.#options.onGone(this)
      return undefined
    }
    try {
      const request = this.#options.request()
      const { relocation } = request.agent
      if (relocation === null) return undefined
      const home = join(request.home, relocation.defaultHome)
      if (!existsSync(home)) {
        this.#states.set(TREE, { state: 'blocked', why: `the shared home ${home} is not there` })
        return undefined
      }
      return openRuntimeContext(request, relocation, standingLinkMode(this.#folders) ?? 'link')
    } catch (error) {
      this.#states.set(TREE, { state: 'blocked', why: messageOf(error) })
      return undefined
    }
  }

  get #folders() {
    return profileFolders(this.#options.paths, this.name)
  }

  #tell(context: RuntimeContext): void {
    for (const notice of context.notices) this.#options.onNotice(this, notice)
    context.notices.length = 0
  }
}

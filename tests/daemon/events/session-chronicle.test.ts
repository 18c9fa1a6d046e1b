import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ExitRecord } from '../../../src/api/session-record.js'
import type { EventJournal } from '../../../src/daemon/events/event-journal.js'
import { type ChronicledSession, SessionChronicle } from '../../../src/daemon/events/session-chronicle.js'
import { EventFile } from '../../../src/host/event-file.js'
import { SessionEvents } from '../../../src/host/session-events.js'
import { heldEvents, type JournalFolder, journalFolder } from './kit.js'

const EXIT: ExitRecord = {
  schema: 1,
  endedAt: '2026-01-02T00:00:00.000Z',
  exit: { code: 3, signal: null, outcome: 'exited', signalsSent: [] },
  streams: {},
}

/** A host and its folder, without a process: what it says, and what it writes down. */
class FakeHost {
  readonly events: SessionEvents
  readonly view: { -readonly [K in keyof ChronicledSession]: ChronicledSession[K] }
  /** What was emitted, by number. */
  emitted = 0
  isRemoved = false
  #unsubscribe: (() => void) | undefined

  constructor(id: string, folder: string, createdAt: string) {
    mkdirSync(folder, { recursive: true })
    const file = new EventFile(folder)
    this.events = new SessionEvents((event) => file.append(event))
    this.view = { id, name: `name-${id}`, folder, createdAt, record: undefined, exit: null }
  }

  emit(): void {
    this.events.emit('attached', { attachment: { id: String(this.emitted + 1), mode: 'viewer' } })
    this.emitted += 1
  }

  connect(chronicle: SessionChronicle): void {
    this.disconnect()
    this.#unsubscribe = this.events.subscribe((event) => chronicle.take(this.view, event), chronicle.hostNumberOf(this.view.id))
  }

  disconnect(): void {
    this.#unsubscribe?.()
  }
}

/** The daemon and its sessions, of which each part may die at any time. */
class World {
  readonly #place: JournalFolder
  readonly hosts: FakeHost[] = []
  journal: EventJournal
  #chronicle: SessionChronicle
  #isUp = true

  constructor(place: JournalFolder) {
    this.#place = place
    this.journal = place.open(2_000_000)
    this.#chronicle = new SessionChronicle({ journal: this.journal, log: place.log })
  }

  start(): void {
    const id = String(this.hosts.length)
    const host = new FakeHost(id, this.#folderOf(id), `2026-01-01T00:00:00.${id.padStart(3, '0')}Z`)
    this.hosts.push(host)
    if (!this.#isUp) return
    this.#chronicle.tell(host.view)
    host.connect(this.#chronicle)
  }

  end(host: FakeHost | undefined): void {
    if (!host || host.view.exit) return
    host.events.seal()
    host.view.exit = EXIT
    if (this.#isUp) this.#chronicle.tell(host.view)
  }

  remove(host: FakeHost | undefined): void {
    if (!host?.view.exit || host.isRemoved) return
    host.isRemoved = true
    if (this.#isUp) this.#chronicle.tell(host.view)
    rmSync(host.view.folder, { recursive: true })
    if (this.#isUp) this.#chronicle.tellRemoved(host.view)
  }

  killDaemon(): void {
    this.#isUp = false
    for (const host of this.hosts) host.disconnect()
  }

  startDaemon(): void {
    this.killDaemon()
    this.#isUp = true
    this.journal = this.#place.open(2_000_000)
    this.#chronicle = new SessionChronicle({ journal: this.journal, log: this.#place.log })
    this.lookAround()
    for (const host of this.hosts) if (!host.view.exit && !host.isRemoved) host.connect(this.#chronicle)
  }

  /** A settlement, or another that has the session at hand, asks for its story. */
  look(host: FakeHost | undefined): void {
    if (host) this.#chronicle.tell(host.view)
  }

  lookAround(): void {
    if (!this.#isUp) return
    const present = this.hosts.filter(({ isRemoved }) => !isRemoved).map(({ view }) => view)
    this.#chronicle.tellAll(present, (id) => this.#folderOf(id))
  }

  /** Makes the journal unwritable, as a full disk does, or writable again. */
  block(blocked: boolean): void {
    const { path } = this.#place
    const aside = `${path}.aside`
    if (blocked && !existsSync(aside)) {
      if (existsSync(path)) renameSync(path, aside)
      else mkdirSync(aside)
      mkdirSync(path)
    } else if (!blocked && existsSync(aside)) {
      rmSync(path, { recursive: true })
      if (statSync(aside).isDirectory()) rmSync(aside, { recursive: true })
      else renameSync(aside, path)
    }
  }

  /** Somebody removes the folder of a session that has no exit, and then the session from the list. */
  removeUnended(host: FakeHost): void {
    host.isRemoved = true
    rmSync(host.view.folder, { recursive: true })
    this.#chronicle.tellRemoved(host.view)
  }

  #folderOf(id: string): string {
    return join(this.#place.folder, 'sessions', id)
  }
}

const STEPS = {
  start: (world) => world.start(),
  emit: (_, host) => {
    if (host && !host.view.exit) host.emit()
  },
  end: (world, host) => world.end(host),
  remove: (world, host) => world.remove(host),
  kill: (world) => world.killDaemon(),
  up: (world) => world.startDaemon(),
  look: (world) => world.lookAround(),
  block: (world) => world.block(true),
  unblock: (world) => world.block(false),
} as const satisfies Record<string, (world: World, host: FakeHost | undefined) => void>

type Step = readonly [what: keyof typeof STEPS, which: number]

function take(world: World, [what, which]: Step): void {
  STEPS[what](world, world.hosts[which % Math.max(1, world.hosts.length)])
}

const kinds = ['start', 'start', 'emit', 'emit', 'emit', 'end', 'remove', 'kill', 'up', 'look', 'block', 'unblock'] as const
const steps = fc.array(fc.tuple(fc.constantFrom(...kinds), fc.nat(20)), { maxLength: 60 })

/** The story of each session in the journal: types, and the numbers of the host's events. */
async function stories(journal: EventJournal): Promise<Map<string, (string | number)[]>> {
  const told = new Map<string, (string | number)[]>()
  let seq = 0
  for (const line of await heldEvents(journal)) {
    expect(line).toMatchObject({ seq: ++seq })
    if (!('session' in line)) continue
    const story = told.get(String(line.session)) ?? []
    story.push(typeof line.hostNumber === 'number' ? line.hostNumber : line.type)
    told.set(String(line.session), story)
  }
  return told
}

describe("every session's story is told whole, in order and once", () => {
  test('whatever died when, as long as the journal can be written', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        using place = journalFolder()
        const world = new World(place)
        for (const step of taken) if (step[0] !== 'block') take(world, step)
        world.startDaemon()
        const told = await stories(world.journal)
        for (const { view, emitted, isRemoved } of world.hosts) {
          const story = told.get(view.id)
          // Created and removed again while no daemon was there: nobody will ever know.
          if (isRemoved && story === undefined) continue
          const numbers = Array.from({ length: emitted }, (_, index) => index + 1)
          const whole = ['created', ...numbers, ...(view.exit ? ['ended'] : []), ...(isRemoved ? ['removed'] : [])]
          // Removed behind a dead daemon's back: what was not told by then was in the folder.
          if (isRemoved && story?.includes('lost')) expect(whole.slice(0, story.length - 2)).toEqual(story.slice(0, -2))
          else expect(story).toEqual(whole)
        }
      }),
      { numRuns: 150 },
    )
  })

  test('also when the journal could not be written for a while, for every session that is still there', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        using place = journalFolder()
        const world = new World(place)
        for (const step of taken) if (step[0] !== 'remove') take(world, step)
        world.block(false)
        world.startDaemon()
        const told = await stories(world.journal)
        for (const { view, emitted } of world.hosts) {
          const numbers = Array.from({ length: emitted }, (_, index) => index + 1)
          expect(told.get(view.id)).toEqual(['created', ...numbers, ...(view.exit ? ['ended'] : [])])
        }
      }),
      { numRuns: 150 },
    )
  })
})

test('events that a host dropped before a daemon came are counted', async () => {
  using place = journalFolder()
  const world = new World(place)
  world.start()
  world.killDaemon()
  const [host] = world.hosts
  for (let index = 0; index < 1_500; index++) host?.emit()
  rmSync(join(place.folder, 'sessions', '0', 'events.jsonl'))
  rmSync(join(place.folder, 'sessions', '0', 'events.1.jsonl'), { force: true })
  world.startDaemon()
  const lines = await heldEvents(world.journal)
  expect(lines[1]).toMatchObject({ type: 'events-missed', count: 500, hostNumber: 500 })
  expect(lines.slice(2).map(({ hostNumber }) => hostNumber)).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 501))
})

test('a session that was lost says so instead of how it ended', async () => {
  using place = journalFolder()
  const world = new World(place)
  world.start()
  const view = world.hosts[0]?.view
  if (view) view.exit = { ...EXIT, exit: { code: null, signal: null, outcome: 'lost', signalsSent: [] } }
  world.lookAround()
  world.lookAround()
  expect((await stories(world.journal)).get('0')).toEqual(['created', 'lost'])
})

test('a session that is removed without anybody knowing how it ended is lost first, and both once', async () => {
  using place = journalFolder()
  const world = new World(place)
  world.start()
  for (const host of world.hosts) world.removeUnended(host)
  world.lookAround()
  expect((await stories(world.journal)).get('0')).toEqual(['created', 'lost', 'removed'])
})

test('what was under way for a session when it was removed does not begin its story again', async () => {
  using place = journalFolder()
  const world = new World(place)
  world.start()
  const [host] = world.hosts
  world.end(host)
  world.remove(host)
  world.look(host)
  expect((await stories(world.journal)).get('0')).toEqual(['created', 'ended', 'removed'])
})

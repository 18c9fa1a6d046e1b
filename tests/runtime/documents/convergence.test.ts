/**
 * Any number of profiles and the plain client write to their documents in any order, perch passes over them in any order and
 * dies in between: in the end all say the same, and nothing anybody added is lost or seen by whom it is not for.
 */
import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { DocumentMemory } from '../../../src/runtime/documents/document-memory.js'
import { openProfileLab, type ProfileLab, readJson, readText, writeByRename, writeNew } from '../profile-lab.js'
import { CLAUDE_JSON, pass } from './live-documents.js'

const crash = vi.hoisted(() => ({ reached: (_step: string): void => {} }))
vi.mock('../../../src/runtime/runtime-step.js', async (original) => ({
  ...(await original<object>()),
  reached: (step: string) => crash.reached(step),
}))
afterEach(() => {
  crash.reached = () => {}
})

class Crash extends Error {}

const KEYS = Array.from({ length: 14 }, (_, at) => `first${at}`)
const START = { ...Object.fromEntries(KEYS.map((key) => [key, 0])), numStartups: 1, projects: { '/start': { n: 0 } } }

/** `who` 0 is the plain client, any other a profile; taken modulo how many there are. */
type Event =
  | { readonly do: 'add' | 'project' | 'change' | 'count' | 'log-in'; readonly who: number }
  | { readonly do: 'delete'; readonly who: number; readonly key: string }
  | { readonly do: 'pass'; readonly who: number; readonly dieAfter: number | null; readonly forget: boolean }

const who = fc.nat({ max: 5 })
const passes = fc.record({
  do: fc.constant('pass' as const),
  who,
  dieAfter: fc.option(fc.nat({ max: 4 }), { nil: null }),
  forget: fc.boolean(),
})
const edits = fc.oneof(
  fc.record({
    do: fc.constantFrom('add' as const, 'project' as const, 'change' as const, 'count' as const, 'log-in' as const),
    who,
  }),
  fc.record({ do: fc.constant('delete' as const), who, key: fc.constantFrom(...KEYS.slice(0, 3)) }),
)
const events: fc.Arbitrary<Event[]> = fc.array(fc.oneof({ weight: 3, arbitrary: edits }, { weight: 2, arbitrary: passes }), {
  minLength: 5,
  maxLength: 25,
})

interface Place {
  readonly path: string
  readonly lab: ProfileLab | null
}

async function openPlaces(plain: ProfileLab, count: number): Promise<readonly Place[]> {
  writeNew(plain.globalDocument, JSON.stringify({ ...START, oauthAccount: 'private-of-0' }, null, 2))
  const labs = [plain]
  while (labs.length < count) labs.push(await plain.add(`p${labs.length}`))
  for (const lab of labs) await lab.acquire()
  return [{ path: plain.globalDocument, lab: null }, ...labs.map((lab) => ({ path: lab.inRuntime(CLAUDE_JSON), lab }))]
}

/** The document after what a client does to it. */
function edited(document: Record<string, unknown>, event: Exclude<Event, { do: 'pass' }>, at: number, of: number): object {
  const projects = document.projects as Record<string, unknown>
  switch (event.do) {
    case 'add':
      return { ...document, [`added${at}`]: at }
    case 'project':
      return { ...document, projects: { ...projects, [`/added${at}`]: { at } } }
    case 'change':
      return { ...document, projects: { ...projects, '/start': { n: at } } }
    case 'count':
      return { ...document, numStartups: at }
    case 'log-in':
      return { ...document, oauthAccount: `private-of-${of}`, primaryApiKey: `private-of-${of} at ${at}` }
    case 'delete':
      return Object.fromEntries(Object.entries(document).filter(([key]) => key !== event.key))
  }
}

async function passOver(lab: ProfileLab, memory: DocumentMemory, dieAfter: number | null): Promise<void> {
  let steps = 0
  crash.reached = (step) => {
    // A lock that a living process left behind is nobody's to take back: see crash.test.ts.
    if (step !== 'client-lock-taken' && dieAfter !== null && steps++ === dieAfter) throw new Crash()
  }
  try {
    expect(await pass(lab, CLAUDE_JSON, memory)).toEqual({ state: 'in-step' })
  } catch (error) {
    if (!(error instanceof Crash)) throw error
  } finally {
    crash.reached = () => {}
  }
}

async function play(places: readonly Place[], sequence: readonly Event[]): Promise<{ deleted: Set<string>; added: string[] }> {
  let memory = new DocumentMemory()
  const [deleted, added] = [new Set<string>(), [] as string[]]
  for (const [at, event] of sequence.entries()) {
    const number = event.who % places.length
    const { path, lab } = places[number] ?? { path: '', lab: null }
    if (event.do !== 'pass') {
      const document = readJson(path)
      if (event.do === 'delete' && Object.hasOwn(document, event.key)) deleted.add(event.key)
      if (event.do === 'add') added.push(`"added${at}"`)
      if (event.do === 'project') added.push(`"/added${at}"`)
      writeByRename(path, JSON.stringify(edited(document, event, at, number), null, 2))
    } else if (lab !== null) {
      await passOver(lab, memory, event.dieAfter)
      if (event.forget || event.dieAfter !== null) memory = new DocumentMemory()
    }
  }
  return { deleted, added }
}

/** Once to bring everything into the shared document, once to bring it to everybody. */
async function settle(places: readonly Place[]): Promise<void> {
  const memory = new DocumentMemory()
  for (let round = 0; round < 2; round++) {
    for (const { lab } of places) if (lab !== null) await passOver(lab, memory, null)
  }
  const before = places.map(({ path }) => readText(path))
  for (const { lab } of places) if (lab !== null) await passOver(lab, memory, null)
  expect(places.map(({ path }) => readText(path))).toEqual(before)
}

const shared = (path: string) => ({ ...readJson(path), oauthAccount: undefined, primaryApiKey: undefined })

test('all sides come to say the same; no addition and no login is lost, and no login crosses', { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 5 }), events, async (count, sequence) => {
      await using plain = await openProfileLab()
      const places = await openPlaces(plain, count)
      const { deleted, added } = await play(places, sequence)
      const logins = places.map(({ path }) => readJson(path).primaryApiKey)
      await settle(places)
      for (const [at, { path }] of places.entries()) {
        const text = readText(path)
        expect(shared(path)).toEqual(shared(plain.globalDocument))
        for (const key of added) expect(text).toContain(key)
        for (const key of KEYS) expect(Object.hasOwn(readJson(path), key)).toBe(!deleted.has(key))
        expect(readJson(path).primaryApiKey).toEqual(logins[at])
        for (const other of places.keys()) if (other !== at) expect(text).not.toContain(`private-of-${other}`)
      }
      expect(readJson(plain.globalDocument).oauthAccount).toBe('private-of-0')
    }),
    { numRuns: 25 },
  )
})

test('what comes out does not depend on what a process remembers', { timeout: 300_000 }, async () => {
  // Everybody has keys of their own: with conflicts the clock would have a say.
  const own = fc.oneof(fc.record({ do: fc.constantFrom('add' as const, 'project' as const, 'log-in' as const), who }))
  const whole = passes.map((event) => ({ ...event, dieAfter: null }))
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(own, whole), { minLength: 5, maxLength: 20 }), async (sequence) => {
      const texts: string[][] = []
      for (const forget of [false, true]) {
        await using plain = await openProfileLab()
        const places = await openPlaces(plain, 3)
        await play(
          places,
          sequence.map((event) => (event.do === 'pass' ? { ...event, forget } : event)),
        )
        texts.push(places.map(({ path }) => readText(path)))
      }
      expect(texts[0]).toEqual(texts[1])
    }),
    { numRuns: 12 },
  )
})

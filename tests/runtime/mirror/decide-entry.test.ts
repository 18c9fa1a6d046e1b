/** The decision about one name, as a table, and as a model of both sides that is played through. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decideEntry,
  type EntryBase,
  type EntryDecision,
  type EntryRules,
  type EntrySide,
  otherSide,
} from '../../../src/runtime/tree/mirror/decide-entry.js'

const RULES: EntryRules = { runtimeAbsenceCounts: true, isAppendOnly: false, longer: null, unwritten: null }
const absent: EntrySide = { kind: 'absent' }
const folder = { kind: 'folder' } as const
const link = { kind: 'link' } as const
const closed: EntrySide = { kind: 'closed' }
const base = (content: string) => ({ kind: 'file', content }) as const
const file = (content: string, mtimeMs = 0): EntrySide => ({ kind: 'file', content, mtimeMs })

const TABLE: readonly (readonly [string, EntryBase, EntrySide, EntrySide, EntryDecision])[] = [
  ['gone on both sides', base('a'), absent, absent, { do: 'forget' }],
  ['never there', null, absent, absent, { do: 'forget' }],
  ['the same on both sides', null, file('a'), file('a', 9), { do: 'record' }],
  ['changed the same way', base('a'), file('b'), file('b'), { do: 'record' }],
  ['changed in the runtime', base('a'), file('a', 9), file('b'), { do: 'copy', to: 'home', loser: null }],
  ['changed in the home', base('a'), file('b'), file('a', 9), { do: 'copy', to: 'runtime', loser: null }],
  ['both changed, the home later', base('a'), file('b', 9), file('c', 8), { do: 'copy', to: 'runtime', loser: 'runtime' }],
  ['both changed, the runtime later', base('a'), file('b', 8), file('c', 9), { do: 'copy', to: 'home', loser: 'home' }],
  ['both changed at once', base('a'), file('b', 9), file('c', 9), { do: 'copy', to: 'home', loser: 'home' }],
  ['both new', null, file('b', 9), file('c', 8), { do: 'copy', to: 'runtime', loser: 'runtime' }],
  ['new in the runtime', null, absent, file('a'), { do: 'copy', to: 'home', loser: null }],
  ['new in the home', null, file('a'), absent, { do: 'copy', to: 'runtime', loser: null }],
  ['deleted in the home', base('a'), absent, file('a', 9), { do: 'remove', from: 'runtime' }],
  ['deleted in the home, changed in the runtime', base('a'), absent, file('b'), { do: 'copy', to: 'home', loser: null }],
  ['deleted in the runtime', base('a'), file('a', 9), absent, { do: 'remove', from: 'home' }],
  ['deleted in the runtime, changed in the home', base('a'), file('b'), absent, { do: 'copy', to: 'runtime', loser: null }],
  ['folders', null, folder, folder, { do: 'enter' }],
  ['a new folder in the home', null, folder, absent, { do: 'enter' }],
  ['a folder deleted in the home', folder, absent, folder, { do: 'enter' }],
  ['a file became a folder in the runtime', base('a'), file('a'), folder, { do: 'give-way', from: 'home' }],
  ['a file became a folder in the home', base('a'), folder, file('a'), { do: 'give-way', from: 'runtime' }],
  ['a folder became a file in the runtime', folder, folder, file('a'), { do: 'give-way', from: 'home' }],
  ['a folder became a file in the home', folder, file('a'), folder, { do: 'give-way', from: 'runtime' }],
  ['a changed file against a folder', base('a'), file('b'), folder, { do: 'occupied' }],
  ['a folder against a changed file', base('a'), folder, file('b'), { do: 'occupied' }],
  ['a new file against a new folder', null, file('a'), folder, { do: 'occupied' }],
  ['a new link in the runtime', null, absent, link, { do: 'adopt-link' }],
  ['a link that was taken over', link, file('a'), link, { do: 'leave' }],
  ['a link that was taken over and deleted in the home', link, absent, link, { do: 'remove', from: 'runtime' }],
  ['a link in place of a file', base('a'), file('a'), link, { do: 'occupied' }],
  ['a pipe in the runtime', base('a'), file('a'), closed, { do: 'leave' }],
  ['a pipe in the home', null, closed, absent, { do: 'leave' }],
  ['a file that can no longer be read in the home', base('a'), closed, file('a'), { do: 'leave' }],
  ['the same, changed in the runtime', base('a'), closed, file('b'), { do: 'occupied' }],
  ['a pipe in the home, a folder in the runtime', null, closed, folder, { do: 'occupied' }],
]

describe('one name', () => {
  test.each(TABLE)('%s', (_, before, home, runtime, decision) => {
    expect(decideEntry(before, home, runtime, RULES)).toEqual(decision)
  })

  test('what may never have been in the runtime was not deleted there', () => {
    const rules = { ...RULES, runtimeAbsenceCounts: false }
    expect(decideEntry(base('a'), file('a'), absent, rules)).toEqual({ do: 'copy', to: 'runtime', loser: null })
    expect(decideEntry(base('a'), file('a'), folder, rules)).toEqual({ do: 'occupied' })
    expect(decideEntry(folder, folder, file('a'), rules)).toEqual({ do: 'occupied' })
  })

  test('two copies of a file that grows', () => {
    const both = [base('a'), file('b', 9), file('c', 1)] as const
    expect(decideEntry(...both, { ...RULES, isAppendOnly: true })).toEqual({ do: 'unite' })
    expect(decideEntry(...both, { ...RULES, isAppendOnly: true, longer: 'runtime' })).toEqual({
      do: 'copy',
      to: 'home',
      loser: null,
    })
    // A file that was cut off on purpose is a change like any other.
    const cut = { ...RULES, longer: 'runtime' } as const
    expect(decideEntry(base('long'), file('lo'), file('long'), cut)).toEqual({ do: 'copy', to: 'runtime', loser: null })
  })

  test('a file that a power cut may have emptied takes nothing from the other side', () => {
    const afterRestart = { ...RULES, unwritten: 'nothing' }
    const [empty, full] = [file('nothing', 9), file('a')]
    for (const before of [base('a'), base('b'), base('nothing'), null]) {
      expect(decideEntry(before, full, empty, afterRestart)).toEqual({ do: 'copy', to: 'runtime', loser: null })
      expect(decideEntry(before, empty, full, afterRestart)).toEqual({ do: 'copy', to: 'home', loser: null })
      expect(decideEntry(before, empty, empty, afterRestart)).toEqual({ do: 'record' })
    }
    expect(decideEntry(base('a'), full, empty, RULES)).toEqual({ do: 'copy', to: 'home', loser: null })
  })

  test.each([base('a'), folder, link, null])('every pair of sides has a decision, with the base %j', (before) => {
    const sides = [absent, folder, link, closed, file('a'), file('b', 5)]
    for (const home of sides) for (const runtime of sides) expect(decideEntry(before, home, runtime, RULES)).toHaveProperty('do')
  })
})

/** A file of the model: content and the time of its write. */
type Side = { readonly content: string; readonly mtimeMs: number } | null
interface Model {
  home: Side
  runtime: Side
  base: string | null
  readonly keptAside: Set<string>
}

/** One pass, killed before its `killedAt`th write: keeping aside, publishing, noting. Returns what it decided. */
function pass(model: Model, killedAt = Number.POSITIVE_INFINITY): string {
  let writes = 0
  const write = (action: () => void) => {
    if (writes < killedAt) action()
    writes += 1
  }
  const side = (content: Side): EntrySide => (content === null ? absent : { kind: 'file', ...content })
  const decision = decideEntry(model.base === null ? null : base(model.base), side(model.home), side(model.runtime), RULES)
  const note = () => {
    model.base = model.home?.content ?? null
  }
  if (decision.do === 'copy') {
    const from = model[otherSide(decision.to)]
    const loser = decision.loser === null ? null : model[decision.loser]
    if (loser !== null) write(() => model.keptAside.add(loser.content))
    write(() => {
      model[decision.to] = from
    })
    write(note)
  } else if (decision.do === 'remove') {
    write(() => {
      model[decision.from] = null
    })
    write(note)
  } else {
    write(note)
  }
  return decision.do
}

const side = fc.option(fc.record({ content: fc.constantFrom('a', 'b', 'c', 'd'), mtimeMs: fc.integer({ min: 0, max: 3 }) }), {
  nil: null,
})
const models = fc.record({
  home: side,
  runtime: side,
  base: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: null }),
})

describe('both sides, whatever was on them', () => {
  test('a pass brings them in step, and a second one changes nothing', () => {
    fc.assert(
      fc.property(models, (start) => {
        const model: Model = { ...start, keptAside: new Set() }
        pass(model)
        expect(model.home?.content).toBe(model.runtime?.content)
        expect(['record', 'forget']).toContain(pass(model))
      }),
    )
  })

  test('no latest version is lost: it is on a side, aside, or was changed or deleted by the other side', () => {
    fc.assert(
      fc.property(models, fc.integer({ min: 0, max: 4 }), (start, killedAt) => {
        const model: Model = { ...start, keptAside: new Set() }
        pass(model, killedAt)
        pass(model)
        const left = [model.home?.content, model.runtime?.content, ...model.keptAside]
        for (const latest of [start.home, start.runtime]) {
          if (latest !== null && latest.content !== start.base) expect(left).toContain(latest.content)
        }
      }),
    )
  })

  test('killed at any write and made again, a pass ends as if it had not been killed', () => {
    fc.assert(
      fc.property(models, fc.integer({ min: 0, max: 4 }), (start, killedAt) => {
        const whole: Model = { ...start, keptAside: new Set() }
        const killed: Model = { ...start, keptAside: new Set() }
        pass(whole)
        pass(killed, killedAt)
        pass(killed)
        expect(killed).toEqual(whole)
      }),
    )
  })

  test('a deletion of what the other side did not touch is one on both sides', () => {
    fc.assert(
      fc.property(fc.constantFrom('a', 'b'), fc.boolean(), fc.nat(), (content, inHome, mtimeMs) => {
        const left = { content, mtimeMs }
        const model: Model = { home: inHome ? null : left, runtime: inHome ? left : null, base: content, keptAside: new Set() }
        pass(model)
        expect(model).toMatchObject({ home: null, runtime: null, base: null })
      }),
    )
  })

  test('without a base nothing is deleted', () => {
    fc.assert(
      fc.property(side, side, (home, runtime) => {
        const model: Model = { home, runtime, base: null, keptAside: new Set() }
        pass(model)
        const left = [model.home?.content, ...model.keptAside]
        for (const before of [home, runtime]) if (before !== null) expect(left).toContain(before.content)
      }),
    )
  })
})

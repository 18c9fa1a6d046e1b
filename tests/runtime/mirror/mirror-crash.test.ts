/** A live mirror whose process is killed at any step, between any writes on both sides. */
import { appendFileSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { RUNTIME_STEPS } from '../../../src/runtime/runtime-step.js'
import { buildDriver, type Driver } from '../driver-process.js'
import { openProfileLab, type ProfileLab, readText, writeByRename, writeNew } from '../profile-lab.js'

let driver: Driver
beforeAll(async () => {
  driver = await buildDriver()
})
afterAll(() => driver.close())

const STEPS = RUNTIME_STEPS.filter((step) => step.startsWith('mirror-'))
const NAMES = ['a.md', 'b.md', join('deep', 'c.md'), 't.jsonl']

const side = fc.constantFrom('home' as const, 'runtime' as const)
const event = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('write' as const), side, name: fc.constantFrom(...NAMES) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), side, name: fc.constantFrom(...NAMES) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('append' as const), side, name: fc.constant('t.jsonl') }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      failpoint: fc.option(fc.constantFrom(...STEPS), { nil: undefined }),
    }),
  },
)

test('no latest version is lost, and in the end both sides are the same', { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 4, maxLength: 9 }), async (events) => {
      await using lab = await openProfileLab({ linkMode: 'copy' })
      for (const name of NAMES) writeNew(lab.inShared('plans', name), `${name} at first\n`)
      expect((await driver.run(lab, 'acquire')).error).toBeNull()
      const inStep = new Map(NAMES.map((name) => [name, new Set([`${name} at first\n`])]))
      for (const [at, step] of events.entries()) {
        if (step.do === 'pass') await passWithoutLoss(lab, inStep, step.failpoint)
        else act(lab, step, at)
      }
      await passWithoutLoss(lab, inStep)
      expect(tree(lab, 'runtime')).toEqual(tree(lab, 'home'))
      const before = { home: tree(lab, 'home'), conflicts: lab.conflicts().length }
      await passWithoutLoss(lab, inStep)
      expect({ home: tree(lab, 'home'), conflicts: lab.conflicts().length }).toEqual(before)
      expect(tree(lab, 'runtime')).toEqual(before.home)
      expect(await lab.collect()).toMatchObject({ kept: false })
      expect(tree(lab, 'home')).toEqual(before.home)
    }),
    { numRuns: 10 },
  )
})

/** Whatever was on a side before is on one or kept aside, unless both sides had agreed on it and one has moved on. */
async function passWithoutLoss(lab: ProfileLab, inStep: Map<string, Set<string>>, failpoint?: string): Promise<void> {
  const before = NAMES.map((name) => [name, textAt(lab, 'home', name), textAt(lab, 'runtime', name)] as const)
  const run = await driver.run(lab, 'settle', failpoint === undefined ? {} : { failpoint })
  expect(run.error).toBeNull()
  const aside = lab.conflicts()
  for (const [name, ...texts] of before) {
    const [home, runtime] = [textAt(lab, 'home', name), textAt(lab, 'runtime', name)]
    for (const text of texts) {
      if (text === undefined || inStep.get(name)?.has(text)) continue
      const isPartOf = [home, runtime].some((now) => now?.startsWith(text))
      expect({ name, text, isThere: isPartOf || aside.includes(text) }).toEqual({ name, text, isThere: true })
    }
    if (home !== undefined && home === runtime) inStep.get(name)?.add(home)
  }
}

function act(lab: ProfileLab, step: { do: string; side: 'home' | 'runtime'; name: string }, at: number): void {
  const path = pathAt(lab, step.side, step.name)
  if (step.do === 'delete') rmSync(path, { force: true })
  else if (step.do === 'append' && existsSync(path)) appendFileSync(path, `line ${at}\n`)
  else {
    writeNew(path, '')
    writeByRename(path, `${step.name} ${at} in ${step.side}\n`)
  }
}

function pathAt(lab: ProfileLab, where: 'home' | 'runtime', name: string): string {
  return where === 'home' ? lab.inShared('plans', name) : lab.inRuntime('plans', name)
}

function textAt(lab: ProfileLab, where: 'home' | 'runtime', name: string): string | undefined {
  const path = pathAt(lab, where, name)
  return existsSync(path) ? readText(path) : undefined
}

function tree(lab: ProfileLab, where: 'home' | 'runtime'): Readonly<Record<string, string>> {
  const folder = pathAt(lab, where, '')
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return Object.fromEntries(
    files.map(({ parentPath, name }) => [join(parentPath, name).slice(folder.length), readText(join(parentPath, name))]),
  )
}

import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { identifyProcess } from '../../src/platform/process/process-identity.js'
import { RUNTIME_STEPS } from '../../src/runtime/runtime-step.js'
import type { LinkMode } from '../../src/runtime/tree/link-mode.js'
import { buildDriver, type Driver } from './driver-process.js'
import { login, openProfileLab, type ProfileLab, readJson, readText, showsLogin, writeByRename, writeNew } from './profile-lab.js'

let driver: Driver
beforeAll(async () => {
  driver = await buildDriver()
})
afterAll(() => driver.close())

/** A session that was killed with everything in its runtime that a client can leave there. */
async function crashedSession(lab: ProfileLab): Promise<void> {
  writeNew(lab.inShared('CLAUDE.md'), 'old rules')
  writeNew(lab.inShared('plans', 'deleted-by-person.md'), 'a plan')
  writeNew(lab.inShared('plans', 'deleted-by-client.md'), 'a plan')
  writeNew(lab.inShared('plans', 'both.md'), 'a plan')
  writeNew(lab.inShared('settings.json'), '{"theme":"dark"}')
  writeNew(lab.globalDocument, '{"theme":"dark","oauthAccount":{"of":"person"}}')
  writeNew(lab.durableLogin, login('old'))
  const { leasePath, linkMode } = await lab.acquire('driver')
  expect(linkMode).toBe(lab.linkMode)
  endHolder(leasePath ?? '')
  writeByRename(lab.inRuntime('.credentials.json'), login('fresh', { mcpOAuth: { s: 1 } }))
  writeByRename(lab.inRuntime('.claude.json'), '{"theme":"dark","added":1,"oauthAccount":{"of":"work"}}')
  writeByRename(lab.inRuntime('settings.json'), '{"theme":"light","model":"of-work"}')
  writeByRename(lab.inRuntime('CLAUDE.md'), 'new rules')
  writeNew(lab.inRuntime('notes.md'), 'a new file')
  writeNew(lab.inRuntime('workflows', 'a.md'), 'a new folder')
  writeNew(lab.inRuntime('stats-cache.json'), 'private')
  appendFileSync(lab.inRuntime('history.jsonl'), '{"n":1}\n')
  rmSync(lab.inRuntime('plans', 'deleted-by-client.md'))
  rmSync(lab.inShared('plans', 'deleted-by-person.md'))
  if (lab.linkMode === 'copy') writeByRename(lab.inShared('plans', 'both.md'), 'of the person', Date.now() - 60_000)
  writeByRename(lab.inRuntime('plans', 'both.md'), 'of the client')
}

/** As if the process that took the lease had died. */
function endHolder(leasePath: string): void {
  const { pid } = spawnSync('true')
  writeFileSync(leasePath, JSON.stringify({ ...readJson(leasePath), processes: [{ ...identifyProcess(process.pid), pid }] }))
}

function expectNothingLost(lab: ProfileLab): void {
  expect(readText(lab.durableLogin)).toBe(login('fresh', { mcpOAuth: { s: 1 } }))
  expect(showsLogin(lab)).toBe(true)
  expect(readJson(lab.globalDocument)).toEqual({ theme: 'dark', added: 1, oauthAccount: { of: 'person' } })
  expect(readJson(lab.inRuntime('.claude.json'))).toEqual({ theme: 'dark', added: 1, oauthAccount: { of: 'work' } })
  expect(readJson(lab.inShared('settings.json'))).toEqual({ theme: 'light' })
  expect(readJson(lab.inRuntime('settings.json'))).toEqual({ theme: 'light', model: 'of-work' })
  for (const at of [lab.inShared, lab.inRuntime]) {
    expect(readText(at('CLAUDE.md'))).toBe('new rules')
    expect(readText(at('notes.md'))).toBe('a new file')
    expect(readText(at('workflows', 'a.md'))).toBe('a new folder')
    expect(readText(at('history.jsonl'))).toBe('{"n":1}\n')
    expect(readdirSync(at('plans'))).toEqual(['both.md'])
    expect(readText(at('plans', 'both.md'))).toBe('of the client')
  }
  if (lab.linkMode === 'copy') expect(new Set(lab.conflicts())).toEqual(new Set(['of the person']))
  expect(readText(lab.inRuntime('stats-cache.json'))).toBe('private')
  expect(existsSync(lab.inShared('stats-cache.json'))).toBe(false)
  expect(leftovers(lab)).toEqual([])
}

/** Staging files and locks, anywhere. */
function leftovers(lab: ProfileLab): readonly string[] {
  return readdirSync(lab.root, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.perch-tmp') || (name.endsWith('.lock') && !name.startsWith(join('perch', 'locks'))),
  )
}

const reachedBy = new Map<string, Set<string>>()

/** Steps of the others: an action that has none of them would only be run once more, whole. */
const OF_BUILDING = [
  'acquire-locked',
  'build-noted',
  'build-linked',
  'document-base-stored',
  'document-seeded',
  'credential-placed',
  'build-done',
  'lease-taken',
]
const OF_RELEASING = ['release-drained', 'release-lease-dropped', 'release-done']

/** The steps that the action may meet. A collection differs from a release by whose leases it drops, and shares all the rest. */
function stepsOf(action: 'acquire' | 'release' | 'collect', linkMode: LinkMode) {
  if (action === 'collect') return RUNTIME_STEPS.filter((step) => OF_RELEASING.includes(step))
  const others = action === 'acquire' ? OF_RELEASING : OF_BUILDING
  return RUNTIME_STEPS.filter((step) => !others.includes(step) && (linkMode === 'copy' || !step.startsWith('mirror-')))
}

describe.each(['link', 'copy'] as const)('in %s mode', (linkMode) => {
  describe.each(['acquire', 'release', 'collect'] as const)('SIGKILL during %s: the next acquire loses nothing', (action) => {
    test.each(stepsOf(action, linkMode))('at %s', async (step) => {
      await using lab = await openProfileLab({ linkMode })
      await crashedSession(lab)
      const killed = await driver.run(lab, action, { failpoint: step })
      if (killed.signal === null) {
        expect(killed.error).toBeNull()
      } else {
        expect(killed.signal).toBe('SIGKILL')
        reachedBy.set(step, (reachedBy.get(step) ?? new Set()).add(action))
      }
      if (killed.signal !== null && step === 'teardown-marked') {
        expect(readJson(join(lab.folders.sync, 'index.json')).phase).toBe('removing')
      }
      await lab.acquire('next')
      expectNothingLost(lab)
      expect(await lab.collect()).toMatchObject({ kept: true, why: 'the session next uses it' })
      rmSync(join(lab.folders.leases, 'next.json'))
      expect(await lab.collect()).toMatchObject({ kept: false })
      expect(existsSync(lab.folders.runtime)).toBe(false)
    })
  })
})

test('every step was reached by one of them', () => {
  expect(RUNTIME_STEPS.filter((step) => !reachedBy.has(step))).toEqual([])
  expect([...reachedBy.keys()].sort()).toEqual([...RUNTIME_STEPS].sort())
})

test.each(['link', 'copy'] as const)(
  'any sequence of sessions, writes and kills keeps the last login and every key (%s mode)',
  {
    timeout: 300_000,
  },
  async (linkMode) => {
    const write = fc.constantFrom('login', 'key', 'file', 'line')
    const kill = fc.option(fc.constantFrom(...RUNTIME_STEPS), { nil: undefined })
    const event = fc.oneof(
      fc.record({ do: fc.constant('write' as const), what: write }),
      fc.record({ do: fc.constantFrom('acquire' as const, 'release' as const, 'collect' as const), failpoint: kill }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 4, maxLength: 10 }), async (events) => {
        await using lab = await openProfileLab({ linkMode })
        writeNew(lab.durableLogin, login('0'))
        const model = { login: login('0'), keys: new Set<string>(), files: new Set<string>(), lines: new Set<string>() }
        let isRunning = false
        for (const [at, step] of events.entries()) {
          if (step.do !== 'write') {
            const run = await driver.run(lab, step.do, { ...(step.failpoint ? { failpoint: step.failpoint } : {}) })
            expect(run.error).toBeNull()
            isRunning = step.do === 'acquire' && run.signal === null
          } else if (isRunning) {
            act(lab, step.what, at, model)
          }
        }
        await lab.acquire('last')
        expect(readText(lab.durableLogin)).toBe(model.login)
        expect(Object.keys(existsSync(lab.globalDocument) ? readJson(lab.globalDocument) : {}).sort()).toEqual(
          [...model.keys].sort(),
        )
        for (const name of model.files) expect(readText(lab.inShared(name))).toBe(name)
        const lines = readText(lab.inShared('history.jsonl')).split('\n')
        for (const line of model.lines) expect(lines).toContain(line)
        await lab.release('last')
      }),
      { numRuns: 6 },
    )
  },
)

interface Model {
  login: string
  readonly keys: Set<string>
  readonly files: Set<string>
  readonly lines: Set<string>
}

function act(lab: ProfileLab, what: 'login' | 'key' | 'file' | 'line', at: number, model: Model): void {
  if (what === 'login') {
    model.login = login(String(at))
    writeByRename(lab.inRuntime('.credentials.json'), model.login)
  } else if (what === 'key') {
    const path = lab.inRuntime('.claude.json')
    model.keys.add(`key${at}`)
    writeByRename(path, JSON.stringify({ ...(existsSync(path) ? readJson(path) : {}), [`key${at}`]: at }))
  } else if (what === 'file') {
    model.files.add(`file${at}`)
    writeNew(lab.inRuntime(`file${at}`), `file${at}`)
  } else {
    model.lines.add(`{"at":${at}}`)
    appendFileSync(lab.inRuntime('history.jsonl'), `{"at":${at}}\n`)
  }
}

/** perch is killed in the middle of healing a login, or is not alone, or has no room: no login and no server is lost. */
import { execFileSync } from 'node:child_process'
import { readdirSync, rmSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { drainRuntime } from '../../../src/runtime/drain.js'
import { requiresPlatform, requiresRoot } from '../../kit/requirement.js'
import { mountSmallDisk } from '../../kit/small-disk.js'
import { buildDriver, type Driver } from '../driver-process.js'
import { blankedLogin, login, readText, writeByRename } from '../profile-lab.js'
import { type LiveLogin, openLiveLogin } from './live-login.js'

let driver: Driver
beforeAll(async () => {
  driver = await buildDriver()
})
afterAll(() => driver.close())

const STEPS = [
  'client-lock-taken',
  'credential-decided',
  'credential-stored',
  'credential-shown',
  'credential-base-noted',
] as const
const MODES = ['link', 'copy'] as const
const servers = (name: string) => ({ mcpOAuth: { [name]: { token: name } } })

/** Staging files and locks of perch's. */
function leftovers(it: LiveLogin): readonly string[] {
  return readdirSync(it.lab.folders.root, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.perch-tmp') || name.endsWith('.lock'),
  )
}

describe.each(MODES)('SIGKILL during a heal, %s mode', (mode) => {
  const changes: readonly [what: string, change: (it: LiveLogin) => void, now: string | null, kept: string | null][] = [
    ['a new login', ({ live }) => writeByRename(live, login('new', servers('a'))), login('new', servers('a')), null],
    ['a logout', ({ live }) => writeByRename(live, blankedLogin()), blankedLogin(), login('old')],
    ['a deletion', ({ live }) => rmSync(live), null, login('old')],
    [
      'a conflict',
      ({ lab, live }) => {
        writeByRename(lab.durableLogin, login('stored', servers('s')), 2_000)
        writeByRename(live, login('session', servers('t')), 1_000)
      },
      login('stored', { mcpOAuth: { ...servers('t').mcpOAuth, ...servers('s').mcpOAuth } }),
      login('session', servers('t')),
    ],
  ]
  describe.each(changes)('of %s', (_, change, now, kept) => {
    test.each(STEPS)('at %s', async (step) => {
      await using it = await openLiveLogin(mode, { login: login('old') })
      change(it)
      const killed = await driver.run(it.lab, 'heal', { failpoint: step })
      expect(killed).toMatchObject({ signal: 'SIGKILL' })
      const again = await driver.run(it.lab, 'heal')
      expect(again).toMatchObject({ error: null, result: { state: 'in-step' } })
      it.expectBoth(now)
      if (kept === null) expect(it.lab.conflicts()).toEqual([])
      else expect(it.lab.conflicts()).toContain(kept)
      expect(leftovers(it)).toEqual([])
    })
  })
})

test('in copy mode a stored login that changed reaches the runtime also when perch was killed on the way', async () => {
  for (const step of STEPS) {
    await using it = await openLiveLogin('copy', { login: login('old') })
    writeByRename(it.lab.durableLogin, login('of another'))
    expect(await driver.run(it.lab, 'heal', { failpoint: step })).toMatchObject({ signal: 'SIGKILL' })
    await driver.run(it.lab, 'heal')
    it.expectBoth(login('of another'))
    expect(it.lab.conflicts()).toEqual([])
  }
})

test.each(['acquire', 'collect', 'heal'] as const)('a heal here while another process does the same by %s', async (other) => {
  await using it = await openLiveLogin('link', { login: login('old') })
  for (let round = 0; round < 5; round += 1) {
    const fresh = login(`round ${round}`, servers('a'))
    writeByRename(it.live, fresh)
    const [outcome, run] = await Promise.all([it.heal(), driver.run(it.lab, other)])
    expect(outcome).toEqual({ state: 'in-step' })
    expect(run).toMatchObject({ signal: null, error: null })
    expect(readText(it.lab.durableLogin)).toBe(fresh)
  }
  expect(it.lab.conflicts()).toEqual([])
})

describe.each(MODES)('without room, %s mode', (mode) => {
  const places = ['credentials', 'sync'] as const
  test.for(places)('a full disk under %s: said, nothing lost, and the next look succeeds', async (place, context) => {
    requiresPlatform(context, 'linux')
    requiresRoot(context)
    await using it = await openLiveLogin(mode)
    await using disk = mountSmallDisk(it.lab.folders[place], 'size=64k')
    await it.heal()
    writeByRename(it.live, login('fresh'))
    disk.fill()
    expect(await it.heal()).toMatchObject({ state: 'blocked', why: expect.stringContaining('no space') })
    expect(readText(it.live)).toBe(login('fresh'))
    expect(leftovers(it)).toEqual([])
    disk.empty()
    expect(await it.heal()).toEqual({ state: 'in-step' })
    expect(readText(it.lab.durableLogin)).toBe(login('fresh'))
  })
})

test('a profile that may only be read: said, nothing lost, and the next look succeeds', async (context) => {
  requiresPlatform(context, 'linux')
  requiresRoot(context)
  for (const mode of MODES) {
    await using it = await openLiveLogin(mode)
    const { credentials } = it.lab.folders
    await using _disk = mountSmallDisk(credentials, 'size=64k')
    writeByRename(it.live, login('fresh'))
    execFileSync('mount', ['-o', 'remount,ro', credentials])
    expect(await it.heal()).toMatchObject({ state: 'blocked', why: expect.stringContaining('cannot be written') })
    expect(readText(it.live)).toBe(login('fresh'))
    execFileSync('mount', ['-o', 'remount,rw', credentials])
    expect(await it.heal()).toEqual({ state: 'in-step' })
    it.expectBoth(login('fresh'))
  }
})

test('any interleaving of what a client writes with heals, kills and drains keeps the last whole login and every server', {
  timeout: 300_000,
}, async () => {
  const write = fc.constantFrom('login', 'blank', 'server', 'half', 'no-login')
  const event = fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('write' as const), what: write }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('heal' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('drain' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('kill' as const), at: fc.constantFrom(...STEPS) }) },
  )
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...MODES), fc.array(event, { minLength: 4, maxLength: 14 }), async (mode, events) => {
      await using it = await openLiveLogin(mode, { login: login('0', servers('0')) })
      const client = clientOf(it)
      for (const [at, step] of events.entries()) {
        if (step.do === 'write') client.write(step.what, at)
        else if (step.do === 'heal') await it.heal()
        else if (step.do === 'drain') await drainRuntime(it.context, true)
        else await driver.run(it.lab, 'heal', { failpoint: step.at })
      }
      client.finish()
      expect(await it.heal()).toEqual({ state: 'in-step' })
      it.expectBoth(readText(it.live))
      const stored = JSON.parse(readText(it.lab.durableLogin)) as Partial<Record<string, Record<string, unknown>>>
      expect(stored.claudeAiOauth).toEqual(client.login)
      expect(Object.keys(stored.mcpOAuth ?? {}).sort()).toEqual([...client.servers].sort())
      expect(leftovers(it)).toEqual([])
    }),
    { numRuns: 18 },
  )
})

/** A client that rewrites its file from what it reads there, as the real one does; a login of its own never gets lost by itself. */
function clientOf(it: LiveLogin) {
  const servers = new Set(['0'])
  const read = (): Record<string, unknown> => {
    try {
      return JSON.parse(readText(it.live)) as Record<string, unknown>
    } catch {
      // Of its own half-written file it knows what it had.
      return known
    }
  }
  let known: Record<string, unknown> = JSON.parse(login('0', { mcpOAuth: { 0: { token: '0' } } })) as Record<string, unknown>
  const put = (document: Record<string, unknown>) => {
    known = document
    writeByRename(it.live, JSON.stringify(document))
  }
  const blockOf = (text: string) => (JSON.parse(text) as Record<string, unknown>).claudeAiOauth
  const self = {
    login: blockOf(login('0')) as unknown,
    servers,
    write: (what: 'login' | 'blank' | 'server' | 'half' | 'no-login', at: number) => {
      const now = read()
      if (what === 'login') {
        self.login = blockOf(login(String(at)))
        put({ ...now, claudeAiOauth: self.login })
      } else if (what === 'server') {
        servers.add(String(at))
        put({ ...now, mcpOAuth: { ...(now.mcpOAuth as object), [at]: { token: at } } })
      } else if (what === 'blank') {
        put({ ...now, claudeAiOauth: blockOf(blankedLogin()) })
      } else if (what === 'no-login') {
        put({ mcpOAuth: now.mcpOAuth })
      } else {
        writeByRename(it.live, JSON.stringify(now).slice(0, 20))
      }
    },
    /** It logs in again where a file without its login would otherwise be the last word. */
    finish: () => {
      if (known.claudeAiOauth !== self.login || read() === known) self.write('login', 99)
    },
  }
  return self
}

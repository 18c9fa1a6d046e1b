/** What an import decides, on accounts that are not there. */
import { describe, expect, test } from 'vitest'
import { claude } from '../../src/agents/claude.js'
import type { FoundAccount, LoginHolder, SourceName } from '../../src/import/found-account.js'
import type { ImportNote } from '../../src/import/import-note.js'
import type { ImportQuestion } from '../../src/import/import-question.js'
import { planImports } from '../../src/import/plan.js'
import { perchPaths } from '../../src/platform/paths.js'

const paths = perchPaths({ PERCH_HOME: '/perch' })

interface Sketch {
  readonly source?: SourceName
  readonly tokens?: readonly string[]
  readonly expiresAt?: number
  readonly email?: string
  readonly changes?: Partial<FoundAccount>
}

function account(
  label: string,
  { source = 'clauth', tokens = [`rt-${label}`], expiresAt = 1, email, changes }: Sketch = {},
): FoundAccount {
  const path = `/source/${source}/${label}`
  return {
    source,
    key: path,
    label,
    agent: claude,
    identity: email === undefined ? null : { id: null, email },
    login: { kind: 'stored', login: { path, encoding: 'plain', bytes: Buffer.of(), fileHash: '', tokens, expiresAt } },
    baseUrl: null,
    env: {},
    settings: {},
    documents: new Map(),
    isActive: false,
    obstacles: [],
    notes: [],
    lockedBy: null,
    ...changes,
  }
}

function holder(title: string, tokens: readonly string[], email?: string): LoginHolder {
  return { path: `/held/${title}`, title, tokens, identity: email === undefined ? null : { id: null, email } }
}

function note(key: string, login: ImportNote['login'] = 'left'): ImportNote {
  const moving = login === 'moving' ? { from: key, encoding: 'plain' as const, aside: '/aside' } : null
  return { source: 'clauth', key, label: 'work', at: '', login, moving }
}

function planOf(accounts: readonly FoundAccount[], more: Partial<ImportQuestion> = {}) {
  const nothing = { profiles: [], plainHomes: [], holders: [], running: new Map() }
  return planImports({ paths, accounts, isWanted: () => true, ...nothing, ...more })
}

test('an account that nobody else uses becomes a profile, and its login moves', () => {
  expect(planOf([account('work')])).toMatchObject([
    {
      outcome: 'new',
      profile: 'work',
      login: { kind: 'moves', from: '/source/clauth/work', to: '/perch/profiles/work/credentials/.credentials.json' },
    },
  ])
})

describe('a login stays where it is', () => {
  const logIn = (why: string) => [
    { outcome: 'new', profile: 'work', login: { kind: 'log-in', why: expect.stringContaining(why) } },
  ]

  test('when the plain home holds the same one', () => {
    const plainHomes = [holder('~/.claude', ['at', 'rt-work'])]
    expect(planOf([account('work')], { plainHomes })).toMatchObject(logIn('~/.claude is logged in to this account'))
  })

  test('when the plain home is logged in to the same account: a switcher holds no other login of it', () => {
    const plainHomes = [holder('~/.claude', ['rt-newer'], 'A@x.test')]
    expect(planOf([account('work', { email: 'a@x.test' })], { plainHomes })).toMatchObject(logIn('~/.claude'))
  })

  test('but a folder of its own may have another login of that account', () => {
    const plainHomes = [holder('~/.claude', ['rt-other'], 'a@x.test')]
    const home = account('work', { source: 'home', email: 'a@x.test' })
    expect(planOf([home], { plainHomes })).toMatchObject([{ login: { kind: 'moves' } }])
  })

  test('when its switcher says that it is the active one', () => {
    expect(planOf([account('work', { changes: { isActive: true } })])).toMatchObject(logIn('plain home'))
  })

  test('when another place holds it, or a later state of it', () => {
    expect(planOf([account('work')], { holders: [holder('a session', ['rt-work'])] })).toMatchObject(logIn('a session'))
    const holders = [holder('a session', ['rt-later'], 'a@x.test')]
    expect(planOf([account('work', { email: 'a@x.test' })], { holders })).toMatchObject(logIn('a session'))
  })

  test('when a source that was not asked for holds it', () => {
    const other = account('b', { source: 'claude-swap', tokens: ['rt-work'] })
    expect(planOf([account('work'), other], { isWanted: ({ source }) => source === 'clauth' })).toMatchObject(
      logIn('claude-swap b'),
    )
  })

  test('when it is in the keychain', () => {
    const login = { kind: 'absent', why: 'is in the keychain' } as const
    expect(planOf([account('work', { changes: { login } })])).toMatchObject(logIn('its login is in the keychain'))
  })

  test('for now, while its switcher runs or something else is in the way', () => {
    expect(planOf([account('work')], { running: new Map([['clauth', 77]]) })).toMatchObject([
      { profile: 'work', login: { kind: 'waits', why: expect.stringContaining('process 77') } },
    ])
    expect(planOf([account('work', { changes: { obstacles: ['it is held'] } })])).toMatchObject([
      { profile: 'work', login: { kind: 'waits', why: 'it is held' } },
    ])
  })
})

test('of one account in two switchers one becomes a profile: the one that was refreshed last', () => {
  const old = account('work', { email: 'a@x.test', expiresAt: 1 })
  const late = account('a', { source: 'claude-swap', email: 'a@x.test', expiresAt: 2 })
  expect(planOf([old, late])).toMatchObject([
    { outcome: 'skipped', why: 'it is the same account as claude-swap a' },
    { outcome: 'new', profile: 'a', login: { kind: 'moves' } },
  ])
})

test('of one login in two places one becomes a profile, and the login moves from neither', () => {
  const places = [account('work', { tokens: ['rt'] }), account('a', { source: 'claude-swap', tokens: ['rt'] })]
  expect(
    planOf(places)
      .map(({ outcome }) => outcome)
      .sort(),
  ).toEqual(['new', 'skipped'])
  expect(planOf(places)).toContainEqual(expect.objectContaining({ login: { kind: 'log-in', why: expect.anything() } }))
})

test('an account that a profile is logged in to is left alone', () => {
  const profiles = [{ name: 'mine', note: undefined, holder: holder('the profile mine', ['rt-else'], 'a@x.test') }]
  expect(planOf([account('work', { email: 'a@x.test' })], { profiles })).toMatchObject([
    { outcome: 'skipped', why: 'the profile mine is logged in to this account' },
  ])
})

test('what cannot be read is left alone, and the others are not', () => {
  const broken = account('broken', { changes: { login: { kind: 'unusable', why: 'it is a link' } } })
  expect(planOf([broken, account('work')])).toMatchObject([{ outcome: 'skipped', why: 'it is a link' }, { outcome: 'new' }])
})

test('names that are taken are not taken again', () => {
  const profiles = [{ name: 'work', note: undefined, holder: null }]
  const accounts = [
    account('work'),
    account('Work', { source: 'home' }),
    account('work', { source: 'claude-swap', tokens: ['b'] }),
  ]
  expect(planOf(accounts, { profiles })).toMatchObject([{ profile: 'work-2' }, { profile: 'Work-3' }, { profile: 'work-4' }])
})

describe('an account that was imported before', () => {
  const key = '/source/clauth/work'
  const known = (noted: ImportNote, held: LoginHolder | null = null) =>
    planOf([account('work')], { profiles: [{ name: 'renamed', note: noted, holder: held }] })

  test('keeps its profile, whatever that is called by now', () => {
    expect(known(note(key))).toMatchObject([{ outcome: 'known', profile: 'renamed', login: { kind: 'moves' } }])
  })

  test('is done once its login was moved, or the person has logged in', () => {
    expect(known(note(key, 'moved'))).toMatchObject([{ outcome: 'known', login: { kind: 'none' } }])
    expect(known(note(key), holder('the profile renamed', ['rt-own']))).toMatchObject([
      { outcome: 'known', login: { kind: 'none' } },
    ])
  })

  test('is completed when its login was on its way, also when its source shows nothing of it', () => {
    expect(known(note(key, 'moving'))).toMatchObject([{ outcome: 'unfinished', profile: 'renamed' }])
    expect(planOf([], { profiles: [{ name: 'work', note: note(key, 'moving'), holder: null }] })).toHaveLength(1)
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CredentialFacts } from '../../../src/agents/agent-definition.js'
import { claude } from '../../../src/agents/claude.js'
import { codex } from '../../../src/agents/codex.js'
import { readLogin } from '../../../src/agents/login-facts.js'
import { decideCredentialWinner } from '../../../src/runtime/sync/credential-decision.js'
import { type CredentialSide, credentialHash } from '../../../src/runtime/sync/credential-question.js'
import { blankedLogin, login } from '../profile-lab.js'

const facts = factsOf(claude)
const bytes = (text: string) => Buffer.from(text)
const side = (text: string, mtimeMs = 1_000): CredentialSide => ({ bytes: bytes(text), mtimeMs })
const HOUR = 3_600_000

type Base = 'same' | 'other' | 'unknown'

function decide(durable: CredentialSide | null, live: CredentialSide | null, base: Base) {
  const hash = durable === null ? null : credentialHash(durable.bytes)
  return decideCredentialWinner({
    facts,
    durable,
    live,
    baseHash: base === 'unknown' ? undefined : base === 'same' ? hash : 'other',
  })
}

describe('the truth table', () => {
  const old = login('old')
  const fresh = login('fresh')
  const mcp = (name: string) => JSON.stringify({ mcpOAuth: { [name]: 1 } })
  const cases: readonly [
    what: string,
    durable: CredentialSide | null,
    live: CredentialSide | null,
    base: Base,
    expected: { action: string; bytes?: string | null; loser?: string | null },
  ][] = [
    ['nothing anywhere', null, null, 'same', { action: 'keep' }],
    ['the same on both sides', side(old), side(old), 'other', { action: 'keep' }],
    ['a first login', null, side(fresh), 'same', { action: 'adopt', bytes: fresh, loser: null }],
    ['a first file without a login', null, side(mcp('a')), 'same', { action: 'adopt', bytes: mcp('a'), loser: null }],
    ['an empty file is mid-write (failure 1)', side(old), side(''), 'same', { action: 'wait' }],
    ['{} is mid-write (failure 1)', side(old), side('{}'), 'same', { action: 'wait' }],
    ['a cut-off file is mid-write (failure 1)', side(old), side(fresh.slice(0, 30)), 'same', { action: 'wait' }],
    ['a block without tokens is mid-write', side(old), side('{"claudeAiOauth":{}}'), 'same', { action: 'wait' }],
    ['mid-write without a stored login', null, side('{'), 'same', { action: 'wait' }],
    ['only the client changed it', side(old, 9_000), side(fresh, 1), 'same', { action: 'adopt', bytes: fresh, loser: null }],
    [
      'a fresh login that expires sooner wins (failure 3)',
      side(login('a', {}, 9 * HOUR), 1),
      side(login('b', {}, HOUR), 2),
      'other',
      { action: 'adopt', bytes: login('b', {}, HOUR), loser: login('a', {}, 9 * HOUR) },
    ],
    [
      'a stale live copy loses to a later stored one (failure 2)',
      side(fresh, 2),
      side(old, 1),
      'other',
      { action: 'restore', loser: old },
    ],
    [
      'one moment: the later expiry wins',
      side(login('a', {}, 2), 5),
      side(login('b', {}, 1), 5),
      'other',
      { action: 'restore', loser: login('b', {}, 1) },
    ],
    [
      'one moment, other way round',
      side(login('a', {}, 1), 5),
      side(login('b', {}, 2), 5),
      'unknown',
      { action: 'adopt', bytes: login('b', {}, 2), loser: login('a', {}, 1) },
    ],
    [
      'an unreadable stored file always loses',
      side('garbage', 9_000),
      side(old, 1),
      'other',
      { action: 'adopt', bytes: old, loser: 'garbage' },
    ],
    [
      'a blanked login is a logout (failure 5)',
      side(old),
      side(blankedLogin()),
      'same',
      { action: 'log-out', bytes: blankedLogin(), loser: old },
    ],
    [
      'a blanked one never replaces a later login',
      side(fresh),
      side(blankedLogin(), 9_000),
      'other',
      { action: 'restore', loser: blankedLogin() },
    ],
    [
      'a blanked one with nothing known of the base',
      side(fresh),
      side(blankedLogin()),
      'unknown',
      { action: 'restore', loser: blankedLogin() },
    ],
    [
      'a blanked one that replaces none keeps its servers signed in',
      side(fresh),
      side(blankedLogin({ mcpOAuth: { z: 1 } })),
      'other',
      { action: 'adopt', bytes: login('fresh', { mcpOAuth: { z: 1 } }), loser: blankedLogin({ mcpOAuth: { z: 1 } }) },
    ],
    [
      'blanked here, no login there, and both changed',
      side(mcp('a')),
      side(blankedLogin({ mcpOAuth: { z: 1 } })),
      'other',
      { action: 'adopt', bytes: blankedLogin({ mcpOAuth: { a: 1, z: 1 } }), loser: mcp('a') },
    ],
    ['a login after a logout', side(blankedLogin()), side(fresh), 'same', { action: 'adopt', bytes: fresh, loser: null }],
    [
      'blanked on both sides',
      side(blankedLogin()),
      side(blankedLogin({ a: 1 })),
      'same',
      { action: 'adopt', bytes: blankedLogin({ a: 1 }), loser: null },
    ],
    ['deleted by the client', side(old), null, 'same', { action: 'log-out', bytes: null, loser: old }],
    ['deleted, but stored anew', side(fresh), null, 'other', { action: 'restore', loser: null }],
    ['deleted, and nothing known', side(fresh), null, 'unknown', { action: 'restore', loser: null }],
    [
      'an API-key profile: its file is kept',
      side(mcp('a')),
      side(mcp('b')),
      'same',
      { action: 'adopt', bytes: mcp('b'), loser: null },
    ],
    [
      'an API-key profile: two files are united',
      side(mcp('a')),
      side(mcp('b')),
      'other',
      { action: 'adopt', bytes: '{"mcpOAuth":{"a":1,"b":1}}', loser: null },
    ],
    [
      'a file without a login takes none away',
      side(old),
      side(mcp('a')),
      'same',
      { action: 'adopt', bytes: login('old', { mcpOAuth: { a: 1 } }), loser: null },
    ],
    [
      'a file without a login that says nothing new',
      side(login('old', { mcpOAuth: { a: 1 } })),
      side(mcp('a')),
      'same',
      { action: 'restore', loser: null },
    ],
    [
      'the other servers stay signed in (failure 25)',
      side(login('a', { mcpOAuth: { x: 1 } }), 1),
      side(login('b', { mcpOAuth: { y: 2 } }), 2),
      'other',
      { action: 'adopt', bytes: login('b', { mcpOAuth: { x: 1, y: 2 } }), loser: login('a', { mcpOAuth: { x: 1 } }) },
    ],
    [
      'and when the stored one wins',
      side(login('a', { mcpOAuth: { x: 1 } }), 2),
      side(login('b', { mcpOAuth: { y: 2 } }), 1),
      'other',
      { action: 'adopt', bytes: login('a', { mcpOAuth: { x: 1, y: 2 } }), loser: login('b', { mcpOAuth: { y: 2 } }) },
    ],
  ]
  test.each(cases)('%s', (_, durable, live, base, expected) => {
    const decision = decide(durable, live, base)
    expect(decision.action).toBe(expected.action)
    const found = decision.action === 'adopt' || decision.action === 'log-out' ? decision.bytes : null
    if (expected.bytes !== undefined)
      expect(jsonOf(found)).toEqual(jsonOf(expected.bytes === null ? null : bytes(expected.bytes)))
    const loser = 'loser' in decision ? decision.loser : null
    if (expected.loser !== undefined) expect(loser === null ? null : Buffer.from(loser).toString()).toBe(expected.loser)
  })

  test('the bytes that were judged are the bytes that are stored (failure 4)', () => {
    const live = side(`${fresh}\n  `)
    const decision = decide(side(old), live, 'same')
    expect(decision.action === 'adopt' && decision.bytes).toBe(live.bytes)
  })

  test('where the whole file is the login, one without tokens never overwrites it', () => {
    const durable = side('{"tokens":{"access_token":"a"}}')
    const question = { facts: factsOf(codex), durable, live: side('{"tokens":null,"auth_mode":"x"}', 2_000), baseHash: 'other' }
    expect(decideCredentialWinner(question).action).toBe('restore')
  })
})

describe('for any two files', () => {
  const anyFile = fc.oneof(
    fc.constantFrom('', '{}', '{"claudeAiOauth":', 'null', '[1]', blankedLogin(), blankedLogin({ mcpOAuth: { z: 1 } })),
    fc
      .record({ token: fc.string({ minLength: 1, maxLength: 3 }), server: fc.constantFrom('a', 'b', 'c'), expiresAt: fc.nat() })
      .map(({ token, server, expiresAt }) => login(`${token}x`, { mcpOAuth: { [server]: token }, future: 1 }, expiresAt)),
    fc.constantFrom('a', 'b').map((server) => JSON.stringify({ mcpOAuth: { [server]: 1 } })),
  )
  const anySide = fc.record({ text: anyFile, mtimeMs: fc.nat(3) }).map(({ text, mtimeMs }) => side(text, mtimeMs))
  const anyBase = fc.constantFrom<Base>('same', 'other', 'unknown')
  const whichever = fc.option(anySide, { nil: null })

  test('a login is only ever given up for a later login or a logout, and is then kept aside', () => {
    fc.assert(
      fc.property(whichever, whichever, anyBase, (durable, live, base) => {
        const decision = decide(durable, live, base)
        const hadLogin = durable !== null && readLogin(facts, durable.bytes).kind === 'login'
        if (!hadLogin || (decision.action !== 'adopt' && decision.action !== 'log-out')) return
        const now = decision.bytes === null ? null : readLogin(facts, decision.bytes)
        if (decision.action === 'log-out') {
          expect(decision.loser).toBe(durable.bytes)
          expect(now?.kind).not.toBe('login')
        } else {
          expect(now?.kind).toBe('login')
        }
      }),
    )
  })

  test('what is stored is always whole', () => {
    fc.assert(
      fc.property(whichever, whichever, anyBase, (durable, live, base) => {
        const decision = decide(durable, live, base)
        if (decision.action === 'adopt') expect(readLogin(facts, decision.bytes).kind).not.toBe('incomplete')
      }),
    )
  })

  test('deciding again after it was done changes nothing', () => {
    fc.assert(
      fc.property(whichever, anySide, anyBase, (durable, live, base) => {
        const first = decide(durable, live, base)
        if (first.action !== 'adopt') return
        expect(
          decide({ bytes: first.bytes, mtimeMs: live.mtimeMs }, { bytes: first.bytes, mtimeMs: live.mtimeMs }, 'same').action,
        ).toBe('keep')
      }),
    )
  })

  test('no server is signed out by a conflict of two logins (failure 25)', () => {
    fc.assert(
      fc.property(anySide, anySide, (durable, live) => {
        const decision = decide(durable, live, 'other')
        if (decision.action !== 'adopt') return
        const servers = (text: Uint8Array) => Object.keys((jsonOf(text) as { mcpOAuth?: object } | null)?.mcpOAuth ?? {})
        const readings = [durable, live].map((one) => readLogin(facts, one.bytes).kind)
        if (readings.some((kind) => kind === 'incomplete')) return
        for (const server of [...servers(durable.bytes), ...servers(live.bytes)])
          expect(servers(decision.bytes)).toContain(server)
      }),
    )
  })
})

function factsOf(agent: typeof claude): CredentialFacts {
  if (agent.relocation === null) throw new Error('the agent has no credential')
  return agent.relocation.credential
}

function jsonOf(content: Uint8Array | null): unknown {
  return content === null ? null : JSON.parse(Buffer.from(content).toString())
}

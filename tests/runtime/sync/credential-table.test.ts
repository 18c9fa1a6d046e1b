/** Every combination of what a runtime and a profile can hold, and of what is known of the past. */
import { describe, expect, test } from 'vitest'
import { claude } from '../../../src/agents/claude.js'
import { decideCredentialWinner } from '../../../src/runtime/sync/credential-decision.js'
import { credentialHash } from '../../../src/runtime/sync/credential-question.js'
import { blankedLogin, login } from '../profile-lab.js'

const KINDS = ['absent', 'incomplete', 'blanked', 'no-login', 'login'] as const
type Kind = (typeof KINDS)[number]
const BASES = ['unknown', 'durable', 'live', 'other', 'null'] as const
type Base = (typeof BASES)[number]

const EARLIER = 1_000
const LATER = 2_000

/** Two files of one kind are never the same bytes, but for `sameAs`. */
function fileOf(kind: Kind, of: string): string | null {
  const texts: Record<Kind, string | null> = {
    absent: null,
    incomplete: `{"claudeAiOauth":{"accessToken":"${of}`,
    blanked: blankedLogin({ of }),
    'no-login': JSON.stringify({ mcpOAuth: { [of]: 1 } }),
    login: login(of),
  }
  return texts[kind]
}

/** `keep`, `wait`, and `adopt:…`, `restore:…`, `log-out:…` with what is kept aside: `durable`, `live` or nothing. */
function decide(durable: string | null, live: string | null, base: Base, times: readonly [durable: number, live: number]) {
  const hashOf = (text: string | null) => (text === null ? null : credentialHash(Buffer.from(text)))
  const bases = { unknown: undefined, durable: hashOf(durable), live: hashOf(live), other: 'another', null: null }
  const sideOf = (text: string | null, mtimeMs: number) => (text === null ? null : { bytes: Buffer.from(text), mtimeMs })
  if (claude.relocation === null) throw new Error('no credential')
  const decision = decideCredentialWinner({
    facts: claude.relocation.credential,
    durable: sideOf(durable, times[0]),
    live: sideOf(live, times[1]),
    baseHash: bases[base],
  })
  if (decision.action === 'keep' || decision.action === 'wait') return decision.action
  const loser = decision.loser === null ? null : Buffer.from(decision.loser).toString()
  if (loser === null) return `${decision.action}:nothing`
  return `${decision.action}:${loser === durable ? 'durable' : loser === live ? 'live' : 'neither'}`
}

/**
 * For each live × durable the outcome by base, where the live file is the later one: a single word for all five, or one for
 * each of: unknown, equal to durable, equal to live, other, null (nothing was there). A base that says nothing about a side
 * is a change on that side.
 */
const TABLE: Readonly<Record<Kind, Readonly<Record<Kind, string>>>> = {
  absent: {
    absent: 'keep',
    incomplete: 'restore:nothing log-out:durable restore:nothing restore:nothing restore:nothing',
    blanked: 'restore:nothing log-out:durable restore:nothing restore:nothing restore:nothing',
    'no-login': 'restore:nothing log-out:durable restore:nothing restore:nothing restore:nothing',
    login: 'restore:nothing log-out:durable restore:nothing restore:nothing restore:nothing',
  },
  incomplete: {
    absent: 'wait',
    incomplete: 'wait',
    blanked: 'wait wait restore:nothing wait wait',
    'no-login': 'wait wait restore:nothing wait wait',
    login: 'wait wait restore:nothing wait wait',
  },
  blanked: {
    absent: 'adopt:nothing',
    incomplete: 'adopt:durable',
    blanked: 'adopt:durable adopt:nothing restore:nothing adopt:durable adopt:durable',
    'no-login': 'adopt:durable adopt:nothing restore:nothing adopt:durable adopt:durable',
    login: 'restore:live log-out:durable restore:nothing restore:live restore:live',
  },
  'no-login': {
    absent: 'adopt:nothing',
    incomplete: 'adopt:durable',
    blanked: 'adopt:nothing adopt:nothing restore:nothing adopt:nothing adopt:nothing',
    'no-login': 'adopt:nothing adopt:nothing restore:nothing adopt:nothing adopt:nothing',
    login: 'adopt:nothing adopt:nothing restore:nothing adopt:nothing adopt:nothing',
  },
  login: {
    absent: 'adopt:nothing',
    incomplete: 'adopt:durable',
    blanked: 'adopt:durable adopt:nothing adopt:durable adopt:durable adopt:durable',
    'no-login': 'adopt:durable adopt:nothing adopt:durable adopt:durable adopt:durable',
    login: 'adopt:durable adopt:nothing restore:nothing adopt:durable adopt:durable',
  },
}

describe.each(KINDS)('live %s', (live) => {
  describe.each(KINDS)('durable %s', (durable) => {
    test.each(BASES)('base %s', (base) => {
      const row = TABLE[live][durable].split(' ')
      const expected = row[row.length === 1 ? 0 : BASES.indexOf(base)]
      // With nothing on a side "equal to it" and "nothing was there" are one.
      const known = { durable: fileOf(durable, 'durable'), live: fileOf(live, 'live') }
      expect(decide(known.durable, known.live, base, [EARLIER, LATER])).toBe(expected)
    })
  })

  test.each(BASES)('the same on both sides, base %s', (base) => {
    const file = fileOf(live, 'both')
    expect(decide(file, file, base, [EARLIER, LATER])).toBe('keep')
  })
})

test.each([
  ['unknown', 'restore:live'],
  ['durable', 'adopt:nothing'],
  ['live', 'restore:nothing'],
  ['other', 'restore:live'],
  ['null', 'restore:live'],
] as const)('of two logins, with the stored one later and base %s: %s', (base, expected) => {
  expect(decide(login('durable'), login('live'), base, [LATER, EARLIER])).toBe(expected)
})

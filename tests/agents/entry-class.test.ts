import { describe, expect, test } from 'vitest'
import type { Relocation } from '../../src/agents/agent-definition.js'
import { claude } from '../../src/agents/claude.js'
import { classifyEntry, isTransientEntry } from '../../src/agents/entry-class.js'
import { opencode } from '../../src/agents/opencode.js'

const none = { share: [], private: [], isolated: false }
const relocation = relocationOf(claude)

test.each([
  ['.credentials.json', 'credential'],
  ['.claude.json', 'document'],
  ['settings.json', 'document'],
  ['projects', 'shared'],
  ['history.jsonl', 'shared'],
  ['CLAUDE.md', 'shared'],
  ['settings.local.json', 'shared'],
  ['a name that nobody listed', 'shared'],
  ['sessions', 'private'],
  ['ide', 'private'],
  ['daemon', 'private'],
  ['daemon-auth-status.json', 'private'],
  ['stats-cache.json', 'private'],
  ['.oauth_refresh.lock', 'private'],
  ['.claude.json.tmp.42.ab', 'private'],
  ['.credentials.json.tmp.ab', 'private'],
  ['.claude.json.backup', 'private'],
  ['.claude.json.corrupted.1763700000000', 'private'],
  ['.credentials.json.bak', 'private'],
] as const)('of Claude Code, %s is %s', (name, expected) => {
  expect(classifyEntry(relocation, name, none)).toBe(expected)
})

describe('a profile', () => {
  test('moves entries between shared and private', () => {
    const overrides = { share: ['debug', 'both'], private: ['projects', 'both'], isolated: false }
    expect(classifyEntry(relocation, 'debug', overrides)).toBe('shared')
    expect(classifyEntry(relocation, 'projects', overrides)).toBe('private')
    expect(classifyEntry(relocation, 'both', overrides)).toBe('private')
  })

  test('cannot share its login, its documents or locks', () => {
    const overrides = { share: ['.credentials.json', '.claude.json', 'x.lock'], private: [], isolated: false }
    expect(classifyEntry(relocation, '.credentials.json', overrides)).toBe('credential')
    expect(classifyEntry(relocation, '.claude.json', overrides)).toBe('document')
    expect(classifyEntry(relocation, 'x.lock', overrides)).toBe('private')
  })

  test('that is isolated shares nothing', () => {
    expect(classifyEntry(relocation, 'projects', { share: ['projects'], private: [], isolated: true })).toBe('private')
  })
})

test('where the variable moves all data of a program, nothing is shared by default', () => {
  expect(classifyEntry(relocationOf(opencode), 'opencode.db', none)).toBe('private')
})

test('locks and staging files mean nothing once their process is gone; other names do', () => {
  for (const name of ['.storage-write.lock', 'a.tmp', 'a.tmp.1.ff', 'a.perch-tmp'])
    expect(isTransientEntry(relocation, name)).toBe(true)
  for (const name of ['note.tmpl', 'lock', 'history.jsonl']) expect(isTransientEntry(relocation, name)).toBe(false)
})

function relocationOf(agent: typeof claude): Relocation {
  if (agent.relocation === null) throw new Error('the agent cannot be moved')
  return agent.relocation
}

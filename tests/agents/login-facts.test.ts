import { expect, test } from 'vitest'
import type { CredentialFacts } from '../../src/agents/agent-definition.js'
import { claude } from '../../src/agents/claude.js'
import { codex } from '../../src/agents/codex.js'
import { gemini } from '../../src/agents/gemini.js'
import { readLogin } from '../../src/agents/login-facts.js'
import { opencode } from '../../src/agents/opencode.js'

test.each([
  [claude, '{"claudeAiOauth":{"accessToken":"a","refreshToken":"b","expiresAt":5}}', 'login'],
  [claude, '{"claudeAiOauth":{"accessToken":"a"}}', 'login'],
  [claude, '{"claudeAiOauth":{"accessToken":"","refreshToken":" ","expiresAt":0}}', 'blanked'],
  [claude, '{"claudeAiOauth":{"accessToken":null,"refreshToken":null}}', 'blanked'],
  [claude, '{"claudeAiOauth":{}}', 'incomplete'],
  [claude, '{"claudeAiOauth":"text"}', 'incomplete'],
  [claude, '{"mcpOAuth":{"a":1}}', 'no-login'],
  [claude, '{}', 'incomplete'],
  [claude, '', 'incomplete'],
  [claude, '[]', 'incomplete'],
  [claude, 'null', 'incomplete'],
  [claude, '{"claudeAiOauth":{"accessToken":"a"', 'incomplete'],
  [codex, '{"OPENAI_API_KEY":"sk"}', 'login'],
  [codex, '{"OPENAI_API_KEY":null,"tokens":{"access_token":"a"}}', 'login'],
  [codex, '{"OPENAI_API_KEY":null}', 'blanked'],
  [codex, '{"auth_mode":"x"}', 'no-login'],
  [gemini, '{"access_token":"a","expiry_date":7}', 'login'],
  [opencode, '{"anthropic":{"type":"api","key":"k"}}', 'login'],
  [opencode, '{"anthropic":{"type":"oauth","access":"","refresh":""}}', 'blanked'],
] as const)('%s %s is %s', (agent, text, expected) => {
  expect(readLogin(factsOf(agent), Buffer.from(text)).kind).toBe(expected)
})

test('bytes that are not UTF-8 are no login', () => {
  expect(readLogin(factsOf(claude), Buffer.from([0x7b, 0xff, 0x7d])).kind).toBe('incomplete')
})

test('the expiry is read where the file says it', () => {
  const text = '{"claudeAiOauth":{"accessToken":"a","expiresAt":5}}'
  expect(readLogin(factsOf(claude), Buffer.from(text))).toMatchObject({ expiresAt: 5 })
  expect(readLogin(factsOf(claude), Buffer.from(text.replace('5', '"5"')))).toMatchObject({ expiresAt: null })
  expect(readLogin(factsOf(codex), Buffer.from('{"OPENAI_API_KEY":"k"}'))).toMatchObject({ expiresAt: null })
})

test('the end of the login itself is read where the file says it', () => {
  const text = '{"claudeAiOauth":{"accessToken":"a","refreshTokenExpiresAt":7}}'
  expect(readLogin(factsOf(claude), Buffer.from(text))).toMatchObject({ expiresAt: null, endsAt: 7 })
  expect(readLogin(factsOf(gemini), Buffer.from('{"access_token":"a","expiry_date":7}'))).toMatchObject({ endsAt: null })
})

function factsOf(agent: typeof claude): CredentialFacts {
  if (agent.relocation === null) throw new Error('the agent has no credential')
  return agent.relocation.credential
}

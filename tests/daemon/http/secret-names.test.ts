import { describe, expect, test } from 'vitest'
import { looksSecret, MASK, maskSecrets } from '../../../src/daemon/http/secret-names.js'

describe('the value of a variable is hidden', () => {
  test.each([
    'ANTHROPIC_API_KEY',
    'OPENAI_APIKEY',
    'GITHUB_TOKEN',
    'TOKEN',
    'CLAUDE_CODE_OAUTH_TOKEN',
    'AWS_SECRET_ACCESS_KEY',
    'DB_PASSWORD',
    'MY_PASS',
    'GOOGLE_APPLICATION_CREDENTIALS',
    'ANTHROPIC_CUSTOM_HEADERS',
    'npm_auth',
  ])('%s', (name) => {
    expect(looksSecret(name)).toBe(true)
  })
})

describe('the value of a variable is shown', () => {
  test.each(['PATH', 'EDITOR', 'MONKEY', 'ANTHROPIC_BASE_URL', 'PASSENGER', 'MAX_TOKENS', 'AUTHOR'])('%s', (name) => {
    expect(looksSecret(name)).toBe(false)
  })
})

test('masking keeps the names and hides only the secret values', () => {
  expect(maskSecrets({ EDITOR: 'vi', API_KEY: 'sk-1' })).toEqual({ EDITOR: 'vi', API_KEY: MASK })
})

import { expect, test } from 'vitest'
import { defaultProfile } from '../../src/profiles/default-profile.js'
import { applyOverlay, overlayOf, overlayPaths } from '../../src/profiles/settings-overlay.js'
import { BUILT_IN, builtInAgent } from '../kit/built-in-agents.js'

test.each([
  [{ a: 1 }, { b: 2 }, { a: 1, b: 2 }],
  [{ a: 1 }, { a: 2 }, { a: 2 }],
  [{ a: { x: 1, y: 1 } }, { a: { y: 2 } }, { a: { x: 1, y: 2 } }],
  [{ a: [1] }, { a: [2] }, { a: [2] }],
  [{ a: 'text' }, { a: { x: 1 } }, { a: { x: 1 } }],
  [{ a: { x: 1 } }, { a: 1 }, { a: 1 }],
])('%j with %j on top is %j', (settings, overlay, expected) => {
  expect(applyOverlay(settings, overlay)).toEqual(expected)
})

test('what it sets is known by path', () => {
  expect(overlayPaths({ model: 'x', permissions: { allow: [], mode: { deep: 1 } }, empty: {} })).toEqual([
    ['model'],
    ['permissions', 'allow'],
    ['permissions', 'mode', 'deep'],
    ['empty'],
  ])
})

test('an api-key-command becomes the setting of the agent that has one', () => {
  const profile = { ...defaultProfile({}, BUILT_IN), apiKeyCommand: 'pass show key', settings: { model: 'x' } }
  expect(overlayOf(profile, builtInAgent('claude'))).toEqual({ model: 'x', apiKeyHelper: 'pass show key' })
  expect(overlayOf(profile, builtInAgent('codex'))).toEqual({ model: 'x' })
})

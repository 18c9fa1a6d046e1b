import { expect, test } from 'vitest'
import { switcherIn } from '../../src/import/running-switchers.js'

test.each([
  [['clauth'], 'clauth'],
  [['/home/ann/.cargo/bin/clauth', 'daemon'], 'clauth'],
  [['python3', '/home/ann/.local/bin/cswap', 'auto'], 'claude-swap'],
  [['/usr/bin/python3.12', '-m', 'claude_swap'], 'claude-swap'],
  [['cswap', 'watch'], 'claude-swap'],
  [['vim', 'clauth'], undefined],
  [['man', 'cswap'], undefined],
  [[''], undefined],
  [['constructor'], undefined],
])('%j is %s', (words, source) => {
  expect(switcherIn(words)).toBe(source)
})

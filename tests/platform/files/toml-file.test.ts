import { expect, test } from 'vitest'
import { parseToml } from '../../../src/platform/files/toml-file.js'

const text = `# a comment with agent = "x"
agent = "claude"
"quoted key" = 1
a.b = 2

[env] # a table
FOO = "1"
'BAR' = "2"

[settings."odd.name"]
deep = true
`

test.each([
  [['agent'], 2],
  [['quoted key'], 3],
  [['a', 'b'], 4],
  [['env'], 6],
  [['env', 'FOO'], 7],
  [['env', 'BAR'], 8],
  [['settings', 'odd.name', 'deep'], 11],
  [['env', 'MISSING'], 6],
  [['nowhere'], 1],
])('%j is on line %d', (key, line) => {
  expect(parseToml('file.toml', text, 'corrupt-profile').lineOf(key)).toBe(line)
})

test('a syntax error names the file and the line', () => {
  expect(() => parseToml('file.toml', 'a = 1\nb = = 2', 'bad-config')).toThrowError(
    expect.objectContaining({ code: 'bad-config', message: expect.stringMatching(/^file\.toml, line 2: \S/) }),
  )
})

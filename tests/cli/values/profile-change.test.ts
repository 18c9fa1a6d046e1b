/** `KEY=VALUE` of `perch profile set`: the text means what the key wants. */
import { expect, test } from 'vitest'
import { parseProfileChange, parseProfileKey } from '../../../src/cli/values/profile-change.js'
import { PerchError } from '../../../src/platform/perch-error.js'

test.each([
  ['agent=codex', ['agent'], 'codex'],
  ['warn-at=80', ['warn-at'], 80],
  ['warn-at=much', ['warn-at'], 'much'],
  ['isolated=true', ['isolated'], true],
  ['share=plans,todos/', ['share'], ['plans', 'todos/']],
  ['share=', ['share'], []],
  ['private=["a,b"]', ['private'], ['a,b']],
  ['command=["ssh","box"]', ['command'], ['ssh', 'box']],
  ['command=ssh', ['command'], 'ssh'],
  ['base-url=http://127.0.0.1:1/?a=b', ['base-url'], 'http://127.0.0.1:1/?a=b'],
  ['env.LANG=C', ['env', 'LANG'], 'C'],
  ['env.EMPTY=', ['env', 'EMPTY'], ''],
  ['env.N=1', ['env', 'N'], '1'],
  ['env."A.B"=x=y', ['env', 'A.B'], 'x=y'],
  ['settings.model=opus', ['settings', 'model'], 'opus'],
  ['settings.permissions.allow=["Bash"]', ['settings', 'permissions', 'allow'], ['Bash']],
  ['settings.n=1', ['settings', 'n'], 1],
])('%s', (text, key, value) => {
  expect(parseProfileChange(text)).toEqual({ key, value })
})

test.each([
  ['agent', 'usage'],
  ['=x', 'bad-request'],
  ['colour=red', 'bad-request'],
  ['__proto__=x', 'bad-request'],
])('%s is refused', (text, code) => {
  expect(() => parseProfileChange(text)).toThrow(expect.objectContaining({ code }))
})

test('a key that is to go is a key alone', () => {
  expect(parseProfileKey('env."A.B"')).toEqual(['env', 'A.B'])
  expect(() => parseProfileKey('env.A=b')).toThrow(PerchError)
})

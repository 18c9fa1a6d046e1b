import { describe, expect, test } from 'vitest'
import { checkSessionName } from '../../../src/daemon/sessions/session-name.js'

describe('a session may be called', () => {
  test.each(['a', 'build', 'release-1.2_rc', '2nd', 'überprüfung', 'ビルド', 'x'.repeat(64)])('%s', (name) => {
    expect(() => checkSessionName(name)).not.toThrow()
  })
})

describe('a session may not be called', () => {
  test.each(['', '../x', '-f', '.hidden', 'a b', 'a/b', 'a\nb', '\u001b[31m', 'x'.repeat(65), 'x'.repeat(300), '@1'])(
    '%j',
    (name) => {
      expect(() => checkSessionName(name)).toThrow(expect.objectContaining({ code: 'bad-name' }))
    },
  )

  test('the message shows control characters inert', () => {
    expect(() => checkSessionName('\u001b[31m')).toThrow(/\\u001b/)
  })
})

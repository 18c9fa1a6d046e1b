import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mergeAppended } from '../../../src/runtime/sync/merge-appended.js'

const bytes = (text: string) => Buffer.from(text, 'latin1')
const united = (theirs: string, ours: string) => Buffer.from(mergeAppended(bytes(theirs), bytes(ours))).toString('latin1')

test.each([
  ['nothing new', 'a\nb\n', 'a\n', 'a\nb\n'],
  ['only appended', 'a\n', 'a\nb\n', 'a\nb\n'],
  ['both appended', 'a\nx\n', 'a\ny\n', 'a\nx\ny\n'],
  ['a line that occurs twice on one side', 'a\n', 'b\na\na\n', 'a\nb\na\n'],
  ['no newline at the end', 'a\nx', 'a\ny', 'a\nx\ny\n'],
  ['one side is empty', '', 'a\n', 'a\n'],
  ['blank lines', 'a\n\n', 'b\n\n', 'a\n\nb\n'],
])('%s', (_, theirs, ours, expected) => {
  expect(united(theirs, ours)).toBe(expected)
})

test('no line of either side is lost, the shared side stays a prefix, and doing it again changes nothing', () => {
  const text = fc
    .array(fc.stringMatching(/^[\x01-\x09\x0b-\xff]{0,3}$/), { maxLength: 6 })
    .map((lines) => lines.map((line) => `${line}\n`).join(''))
  fc.assert(
    fc.property(text, text, (theirs, ours) => {
      const result = united(theirs, ours)
      expect(result.startsWith(theirs)).toBe(true)
      for (const line of ours.split('\n')) expect(result.split('\n')).toContain(line)
      expect(united(result, ours)).toBe(result)
    }),
  )
})

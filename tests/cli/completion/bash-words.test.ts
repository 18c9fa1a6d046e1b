/** Words as bash reads and writes them: what is written is read back as it was, and is never code. */
import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readBashWord, writeBashWord } from '../../../src/cli/completion/bash-words.js'
import { requires } from '../../kit/requirement.js'

const HOSTILE = [
  'plain',
  'two words',
  "it's",
  'a "day"',
  '$(touch pwned)',
  '`touch pwned`',
  '$HOME',
  'a;b&c|d>e<f',
  'x:y=z',
  '~root',
  '!!',
  '#no',
  '*?[a]{b,c}',
  'back\\slash',
  'größe',
]

test.each(HOSTILE)('%s is read back', (text) => {
  for (const open of ['', "'", '"'] as const)
    expect(readBashWord(`${open}${writeBashWord(text, open)}${open}`)).toEqual({ text, open: '' })
})

test('a word that is being typed tells which quote it is in', () => {
  expect(readBashWord('"a b')).toEqual({ text: 'a b', open: '"' })
  expect(readBashWord("'a b")).toEqual({ text: 'a b', open: "'" })
  expect(readBashWord('a\\ b')).toEqual({ text: 'a b', open: '' })
  expect(readBashWord('a\\')).toEqual({ text: 'a', open: '' })
})

test('bash itself takes every written word for its text', (context) => {
  requires(context, 'bash')
  const printable = fc.string({
    unit: fc.constantFrom(...' !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~aZ0é'),
    minLength: 1,
    maxLength: 12,
  })
  const texts = [...HOSTILE, ...fc.sample(printable, 300)]
  const script = texts.map((text) => `printf '%s\\n' ${writeBashWord(text, '')}\nprintf '%s\\n' "${writeBashWord(text, '"')}"`)
  const read = execFileSync('bash', ['--norc', '-c', script.join('\n')], { cwd: '/', env: { HOME: '/nowhere' } }).toString()
  expect(read.split('\n').slice(0, -1)).toEqual(texts.flatMap((text) => [text, text]))
})

import { expect, test } from 'vitest'
import { keptTooMuch } from '../../../src/runtime/conflicts/make-room.js'

const open = (path: string) => ({ path, isOpen: true })
const other = (path: string) => ({ path, isOpen: false })

test.each([
  ['there is room', [open('a'), other('b')], 3, undefined, []],
  ['the oldest that waits for nothing goes first', [open('a'), other('b'), other('c')], 3, undefined, ['b']],
  ['then the oldest that waits', [open('a'), open('b'), other('c')], 2, undefined, ['c', 'a']],
  ['what is put back just now stays', [open('a'), open('b'), open('c')], 3, 'a', ['b']],
] as const)('%s', (_, kept, limit, spared, gone) => {
  expect(keptTooMuch(kept, limit, spared)).toEqual(gone)
})

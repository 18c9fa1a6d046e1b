import { expect, test } from 'vitest'
import { SizeHistory } from '../../../src/host/screen/size-history.js'

const [A, B, C] = [10, 20, 30].map((cols) => ({ cols, rows: 5 })) as [Size, Size, Size]
type Size = { readonly cols: number; readonly rows: number }

test('a size counts from its offset on, and is taken once, the last of several', () => {
  const sizes = new SizeHistory(A)
  expect([sizes.isAlways(undefined), sizes.isAlways(A), sizes.isAlways(B), sizes.takeUntil(9)]).toEqual([
    true,
    true,
    false,
    undefined,
  ])
  sizes.add(5, B)
  sizes.add(5, C)
  expect([sizes.at(4), sizes.at(5), sizes.endAt(0), sizes.isAlways(A)]).toEqual([A, C, 5, false])
  expect([sizes.takeUntil(4), sizes.takeUntil(5), sizes.takeUntil(6), sizes.endAt(5)]).toEqual([
    undefined,
    C,
    undefined,
    Number.POSITIVE_INFINITY,
  ])
})

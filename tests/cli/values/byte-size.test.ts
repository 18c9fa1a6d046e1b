/** Amounts of bytes on the command line. */
import { expect, test } from 'vitest'
import { parseByteSize } from '../../../src/cli/values/byte-size.js'

test.each([
  ['1', 1],
  ['4096', 4096],
  ['100B', 100],
  ['64K', 65_536],
  ['64KiB', 65_536],
  ['64kb', 64_000],
  ['10M', 10 * 1024 * 1024],
  ['1.5G', 1.5 * 1024 ** 3],
])('%s', (text, bytes) => expect(parseByteSize(text, '--rotate')).toBe(bytes))

test.each(['', '0', '-1', '10X', 'M', '1e3', '0.5', '99999999999T', '10 M B', 'constructor', '1constructor'])(
  '%j is refused',
  (text) => {
    expect(() => parseByteSize(text, '--rotate')).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining('--rotate') }),
    )
  },
)

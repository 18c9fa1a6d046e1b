import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMark, MarkCutter } from '../../../src/platform/pty/pty-mark.js'

/** Output made to be mistaken: pieces of the mark itself, whole escape sequences, single bytes of it. */
function misleadingOutput(mark: Uint8Array): fc.Arbitrary<Buffer> {
  const prefix = fc.integer({ min: 1, max: mark.byteLength - 1 }).map((length) => mark.subarray(0, length))
  const anything = fc.uint8Array({ maxLength: 8 })
  const sequence = fc.constantFrom(Buffer.from('\x1b'), Buffer.from('\x1b\\'), Buffer.from('\x1b_'), Buffer.from('\x1b\x1b_'))
  return fc.array(fc.oneof(prefix, anything, sequence), { maxLength: 12 }).map((parts) => Buffer.concat(parts))
}

function read(cutter: MarkCutter, stream: Buffer, sizes: readonly number[]): Buffer {
  const passed: Buffer[] = []
  for (let at = 0, turn = 0; at < stream.byteLength; turn += 1) {
    const size = sizes[turn % sizes.length] ?? stream.byteLength
    cutter.push(stream.subarray(at, at + size), (bytes) => passed.push(Buffer.from(bytes)))
    at += size
  }
  return Buffer.concat(passed)
}

const readSizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 })

describe('cutting the mark out of a terminal', () => {
  const mark = createMark()

  it('removes exactly the mark, whatever surrounds it and however the reads split it', () => {
    fc.assert(
      fc.property(misleadingOutput(mark), misleadingOutput(mark), readSizes, (before, after, sizes) => {
        fc.pre(!before.includes(Buffer.from(mark)))
        const cutter = new MarkCutter(mark)
        const passed = read(cutter, Buffer.concat([before, mark, after]), sizes)
        expect(passed).toEqual(Buffer.concat([before, after]))
        expect(cutter.found).toBe(true)
        expect(cutter.takeHeld()).toHaveLength(0)
      }),
      { numRuns: 2_000 },
    )
  })

  it('passes on every byte of output without a mark, the held ones at the end', () => {
    fc.assert(
      fc.property(misleadingOutput(mark), readSizes, (output, sizes) => {
        fc.pre(!output.includes(Buffer.from(mark)))
        const cutter = new MarkCutter(mark)
        const passed = read(cutter, output, sizes)
        expect(cutter.found).toBe(false)
        expect(Buffer.concat([passed, cutter.takeHeld()])).toEqual(output)
      }),
      { numRuns: 2_000 },
    )
  })

  it('passes everything on as soon as it can no longer be the mark', () => {
    const cutter = new MarkCutter(mark)
    const passed: string[] = []
    cutter.push(Buffer.from('prompt> \x1b[0m'), (bytes) => passed.push(Buffer.from(bytes).toString()))
    expect(passed.join('')).toBe('prompt> \x1b[0m')
  })

  it('has no letter, tab or line feed that an output mode of the terminal would rewrite, and differs each time', () => {
    expect(Buffer.from(mark).toString('latin1')).toMatch(/^\x1b_\d{24}\x1b\\$/)
    expect(createMark()).not.toEqual(mark)
  })
})

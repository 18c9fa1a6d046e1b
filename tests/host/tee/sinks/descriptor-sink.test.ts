/** What a tee into somebody else's descriptor does, with real pipes and files. */
import { closeSync, fstatSync, openSync, readFileSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { descriptorSink } from '../../../../src/host/tee/sinks/descriptor-sink.js'
import { openPipes } from '../../../../src/platform/pipe/pipes.js'
import { until } from '../../../kit/bounded.js'
import { temporaryHome } from '../../../kit/temporary-home.js'

const BOUND_MS = 10_000

async function openPipe() {
  // Our end reads without blocking; the other one is blocking, as descriptors of programs are.
  const [ends] = await openPipes(['from-child'])
  if (!ends) throw new Error('no pipe')
  return { reader: ends.ours, writer: ends.theirs }
}

describe('a descriptor', () => {
  test('of a file is written to where it stands, and stays open', async () => {
    await using home = temporaryHome()
    const path = join(home.home, 'out')
    const fd = openSync(path, 'w')
    writeSync(fd, 'mine\n')
    const sink = descriptorSink(fd)
    expect(await sink.write(0, Buffer.from('teed\n'))).toBe(5)
    await sink.finish()
    await sink.close()
    writeSync(fd, 'mine again\n')
    closeSync(fd)
    expect(readFileSync(path, 'utf8')).toBe('mine\nteed\nmine again\n')
  })

  test('of a pipe that is full does not block, and stays open after its tee', async () => {
    const { reader, writer } = await openPipe()
    const sink = descriptorSink(writer)
    const pending = sink.write(0, Buffer.alloc(1_000_000))
    await sink.close()
    const taken = await pending
    expect(taken).toBeGreaterThan(0)
    expect(taken).toBeLessThan(1_000_000)
    expect(fstatSync(writer).isFIFO()).toBe(true)
    const buffer = Buffer.alloc(1_000_000)
    expect(readSync(reader, buffer)).toBe(taken)
    writeSync(writer, 'still open')
    expect(buffer.toString('utf8', 0, readSync(reader, buffer))).toBe('still open')
    closeSync(writer)
    closeSync(reader)
  })

  test('whose reader is gone fails', async () => {
    const { reader, writer } = await openPipe()
    const sink = descriptorSink(writer)
    closeSync(reader)
    const write = async () => {
      try {
        await sink.write(0, Buffer.from('x'))
        return undefined
      } catch (error) {
        return error
      }
    }
    // Whoever helped to make the pipe may hold its other end for a moment longer.
    const failure = await until(write, BOUND_MS, () => 'a write to fail')
    expect(failure).toMatchObject({ code: 'tee-failed', message: `nobody reads descriptor ${writer} any more` })
    await sink.close()
    closeSync(writer)
  })

  test('that is not open is refused', () => {
    expect(() => descriptorSink(9_999)).toThrow(expect.objectContaining({ code: 'bad-request' }))
  })
})

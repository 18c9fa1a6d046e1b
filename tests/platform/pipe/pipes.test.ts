import { closeSync, constants, mkdirSync, readdirSync, readFileSync, readSync, rmdirSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openAnonymousPipes } from '../../../src/platform/pipe/anonymous-pipes.js'
import { openFifos } from '../../../src/platform/pipe/fifo.js'
import type { PipeEnds } from '../../../src/platform/pipe/pipe-ends.js'
import { requiresPlatform } from '../../kit/requirement.js'
import { workerFolder } from '../../kit/worker-folder.js'

function close(pipes: readonly PipeEnds[]): void {
  for (const { ours, theirs } of pipes) {
    closeSync(ours)
    closeSync(theirs)
  }
}

function blocks(fd: number): boolean {
  const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))?.[1] ?? ''
  return (Number.parseInt(flags, 8) & constants.O_NONBLOCK) === 0
}

describe.each([
  ['anonymous pipes', openAnonymousPipes],
  ['FIFOs', openFifos],
])('%s', (_, open) => {
  it('carry bytes each in its direction, blocking only on the side of the child', async (context) => {
    requiresPlatform(context, 'linux')
    const pipes = (await open(['to-child', 'from-child', 'from-child'])) ?? expect.fail('this shell makes no pipes')
    try {
      expect(pipes.map(({ ours, theirs }) => [blocks(ours), blocks(theirs)])).toEqual(Array(3).fill([false, true]))
      const [stdin, stdout, stderr] = pipes
      if (!stdin || !stdout || !stderr) return expect.fail('three pipes')
      const buffer = Buffer.alloc(10)
      for (const [from, to, text] of [
        [stdin.ours, stdin.theirs, 'in'],
        [stdout.theirs, stdout.ours, 'out'],
        [stderr.theirs, stderr.ours, 'err'],
      ] as const) {
        writeSync(from, text)
        // Nothing was in the pipe before.
        expect(buffer.toString('utf8', 0, readSync(to, buffer))).toBe(text)
      }
    } finally {
      close(pipes)
    }
  })

  it('leave nothing on the disk and no descriptor', async (context) => {
    requiresPlatform(context, 'linux')
    close((await open(['to-child'])) ?? [])
    const before = readdirSync('/proc/self/fd').length
    for (let round = 0; round < 10; round += 1) close((await open(['to-child', 'from-child'])) ?? [])
    expect(readdirSync('/proc/self/fd').length).toBe(before)
    expect(readdirSync(tmpdir())).toEqual([])
  })
})

describe('FIFOs', () => {
  it('that cannot be made are a clear error', async () => {
    const { TMPDIR } = process.env
    process.env.TMPDIR = join(workerFolder(), 'missing')
    try {
      await expect(openFifos(['to-child'])).rejects.toMatchObject({ code: 'spawn-failed' })
    } finally {
      process.env.TMPDIR = TMPDIR
    }
  })

  it('leave no folder behind when mkfifo is not there', async () => {
    const { PATH } = process.env
    const empty = join(workerFolder(), 'empty')
    mkdirSync(empty)
    process.env.PATH = empty
    try {
      await expect(openFifos(['to-child'])).rejects.toMatchObject({ code: 'spawn-failed' })
    } finally {
      process.env.PATH = PATH
    }
    expect(readdirSync(tmpdir())).toEqual(['empty'])
    rmdirSync(empty)
  })
})

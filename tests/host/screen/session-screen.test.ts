/** Who answers what is asked of a terminal: the screen of a session, fed by a real log, in a real thread. */
import { expect, test } from 'vitest'
import { type SegmentStore, StreamLog } from '../../../src/host/log/stream-log.js'
import { SessionScreen } from '../../../src/host/screen/session-screen.js'
import { readScreenProgram } from '../../../src/screen/thread/screen-program.js'
import { seen } from '../../kit/bounded.js'

const noStore: SegmentStore = { accepting: false, start: 0, end: 0, append: () => undefined, read: () => 0 }
/** It asks where the cursor is: row and column come back. */
const ASK = '\x1b[6n'
/** A thread that ends when it is asked for its text. */
const FRAGILE = `require('node:worker_threads').parentPort.on('message', ({ kind }) => {
  if (kind === 'text') throw new Error('broken')
});\n`

function open({ program = readScreenProgram(), isAwaited = false } = {}) {
  const log = new StreamLog({ memoryBytes: 1024 * 1024, store: noStore })
  const answers: string[] = []
  const problems: unknown[] = []
  const screen = new SessionScreen({
    log,
    size: { cols: 20, rows: 4 },
    program,
    heldBytes: 1024 * 1024,
    isAwaited,
    answer: (text) => answers.push(text),
    report: (problem) => problems.push(problem),
  })
  const write = (text: string) => {
    log.append(Buffer.from(text))
    log.publish()
  }
  return { log, screen, answers, problems, write, [Symbol.dispose]: () => screen.close() }
}

test('the last thing that was asked of a terminal which then left is not answered once more', async () => {
  using opened = open({ isAwaited: true })
  opened.screen.attended(0)
  opened.write(`a${ASK}`)
  opened.screen.unattended(opened.log.end)
  opened.write(`b${ASK}`)
  await seen('an answer', () => opened.answers.length > 0)
  expect(opened.answers).toEqual(['\x1b[1;3R'])
})

test('the last thing that is asked before a terminal comes is answered here', async () => {
  using opened = open()
  opened.write(`a${ASK}`)
  opened.screen.attended(opened.log.end)
  opened.write(`b${ASK}`)
  await opened.screen.text({ colours: false })
  expect(opened.answers).toEqual(['\x1b[1;2R'])
})

test('a screen that is made again answers only what nobody has answered', async () => {
  using opened = open({ program: FRAGILE + readScreenProgram() })
  opened.write(`a${ASK}`)
  await seen('an answer', () => opened.answers.length > 0)
  expect(await opened.screen.text({ colours: false })).toBeUndefined()
  opened.write(`b${ASK}`)
  await seen('another answer', () => opened.answers.length > 1)
  await opened.screen.snapshot({ scrollback: 0 })
  expect(opened.answers).toEqual(['\x1b[1;2R', '\x1b[1;3R'])
  expect(opened.problems.map(String)).toEqual(['Error: broken'])
})

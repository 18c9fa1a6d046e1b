/** The thread that keeps a screen: what it is asked it answers once, and its end is told to all who wait. */
import { expect, test } from 'vitest'
import { readScreenProgram } from '../../src/screen/thread/screen-program.js'
import { ScreenThread } from '../../src/screen/thread/screen-thread.js'

const SIZE = { cols: 10, rows: 2 }

function open(program = readScreenProgram()) {
  const gone: string[] = []
  const thread = new ScreenThread(program, { size: SIZE, scrollback: 0 }, (why) => gone.push(why.message))
  const feed = (text: string, answers = false) => {
    const bytes = new Uint8Array(Buffer.from(text))
    return thread.feed(bytes.buffer, bytes.byteLength, answers)
  }
  return { thread, gone, feed, [Symbol.asyncDispose]: async () => thread.close() }
}

test('answers in the order in which it was asked', async () => {
  await using opened = open()
  const [fed, text, restored, more] = await Promise.all([
    opened.feed('one\x1b[6n', true),
    opened.thread.text(false),
    opened.thread.restore(0),
    opened.feed('\x1b[6n\x1b[1', false),
  ])
  expect([fed.answer, text.lines[0], more.answer, more.pendingBytes]).toEqual(['\x1b[1;4R', 'one', '', 3])
  expect(restored.restore).toContain('one')
  expect(opened.gone).toEqual([])
})

test('its end is told to whoever waits, to whoever asks later, and once', async () => {
  await using opened = open(`require('node:worker_threads').parentPort.on('message', () => { throw new Error('broken') })`)
  const both = await Promise.allSettled([opened.feed('a'), opened.thread.text(false)])
  expect(both.map((one) => one.status === 'rejected' && one.reason.message)).toEqual(['broken', 'broken'])
  await expect(opened.thread.restore(0)).rejects.toThrow('broken')
  expect(opened.gone).toEqual(['broken'])
})

test('closing it is no failure of its own', async () => {
  const opened = open()
  const asked = opened.thread.text(false)
  opened.thread.close()
  await expect(asked).rejects.toThrow('it was closed')
  expect(opened.gone).toEqual([])
})

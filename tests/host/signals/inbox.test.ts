/** The inbox of a session: what hooks leave is taken whole, once, in its order. */
import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Arrival, Inbox } from '../../../src/host/signals/inbox.js'
import { seen } from '../../kit/bounded.js'
import { signalFolder } from '../kit/signal-folder.js'

test('files are taken as they come, in the order of their times, and removed', async () => {
  using it = openInbox()
  it.leave('notified.3', '{"message":"third"}', 30)
  it.leave('turn-ended.1', '', 10)
  it.leave('prompt-submitted.2', 'no JSON', 20)

  await seen('three arrivals', () => it.arrivals.length === 3)
  expect(new Set(it.arrivals.map(({ name }) => name))).toEqual(new Set(['turn-ended.1', 'prompt-submitted.2', 'notified.3']))
  expect(it.arrivals.find(({ name }) => name === 'notified.3')?.document).toEqual({ message: 'third' })
  expect(it.arrivals.find(({ name }) => name === 'prompt-submitted.2')?.document).toBeUndefined()
  expect(readdirSync(it.folder)).toEqual([])
})

test('what lies there at the end is taken in its order, and nothing after it', () => {
  using it = openInbox()
  it.leave('b.1', '', 20)
  it.leave('a.1', '', 10)
  it.inbox.close()
  it.leave('c.1', '', 30)
  it.inbox.close()

  expect(it.arrivals.map(({ name }) => name)).toEqual(['a.1', 'b.1'])
  expect(readdirSync(it.folder)).toEqual(['c.1'])
})

test('what is still being written stays, what was left half written goes', () => {
  using it = openInbox()
  writeFileSync(join(it.folder, '.notified.1'), '{"mess')
  writeFileSync(join(it.folder, '.notified.2'), '{"mess')
  utimesSync(join(it.folder, '.notified.2'), 0, 0)
  it.inbox.close()

  expect(it.arrivals).toEqual([])
  expect(readdirSync(it.folder)).toEqual(['.notified.1'])
})

test('a folder, a file without end, links to nowhere and to themselves harm nothing', () => {
  using it = openInbox()
  mkdirSync(join(it.folder, 'turn-ended.1'))
  symlinkSync('nowhere', join(it.folder, 'turn-ended.2'))
  symlinkSync('/dev/zero', join(it.folder, 'turn-ended.3'))
  symlinkSync('turn-ended.4', join(it.folder, 'turn-ended.4'))
  it.inbox.close()

  expect(it.problems).toEqual([])
  expect(it.arrivals.map(({ name, document }) => [name, document]).sort()).toEqual([
    ['turn-ended.1', undefined],
    ['turn-ended.2', undefined],
    ['turn-ended.3', undefined],
    ['turn-ended.4', undefined],
  ])
  expect(readdirSync(it.folder)).toEqual([])
})

test('nothing comes later than now, whatever time its file has', () => {
  using it = openInbox()
  const nextCentury = 4_000_000_000
  it.leave('turn-ended.1', '', nextCentury)
  it.inbox.close()

  expect(it.arrivals).toHaveLength(1)
  expect(it.arrivals[0]?.at).toBeLessThanOrEqual(Date.now())
})

test('a folder that is gone is no problem', () => {
  using it = openInbox()
  rmSync(it.folder, { recursive: true })
  it.inbox.look()
  it.inbox.close()

  expect(it.problems).toEqual([])
})

function openInbox() {
  const base = signalFolder()
  const folder = join(base.path, 'inbox')
  mkdirSync(folder)
  const arrivals: Arrival[] = []
  const problems: unknown[] = []
  const inbox = new Inbox({
    folder,
    onArrival: (arrival) => arrivals.push(arrival),
    report: (problem) => problems.push(problem),
  })
  const leave = (name: string, content: string, second: number) => {
    const staged = join(base.path, name)
    writeFileSync(staged, content)
    utimesSync(staged, second, second)
    renameSync(staged, join(folder, name))
  }
  const dispose = () => {
    inbox.close()
    base[Symbol.dispose]()
  }
  return { folder, inbox, arrivals, problems, leave, [Symbol.dispose]: dispose }
}

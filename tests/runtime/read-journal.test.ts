import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { entriesOf, readJournal } from '../../src/runtime/read-journal.js'
import { openProfileLab } from './profile-lab.js'

const line = (at: string, name: string) => JSON.stringify({ at, what: 'merged', name })

test('both files are read, the older one first', async () => {
  await using lab = await openProfileLab()
  await lab.acquire()
  writeFileSync(join(lab.folders.sync, 'journal.jsonl.1'), `${line('1', 'a')}\n${line('2', 'b')}\n`)
  writeFileSync(join(lab.folders.sync, 'journal.jsonl'), `${line('3', 'c')}\n`)
  expect(readJournal(lab.paths, 'work').map(({ name, profile }) => [name, profile])).toEqual([
    ['a', 'work'],
    ['b', 'work'],
    ['c', 'work'],
  ])
  expect(readJournal(lab.paths, 'nobody')).toEqual([])
  await lab.release()
})

test('lines that are torn, foreign or damaged are passed over, and what they say more is kept', () => {
  const text = [
    line('1', 'a'),
    '',
    '{"at":"2"',
    '[]',
    '7',
    '{"at":5,"what":"merged","name":"x"}',
    `${line('2', 'b').slice(0, -1)},"new":1}`,
  ]
  expect(entriesOf(text.join('\n'), 'work')).toEqual([
    { at: '1', what: 'merged', name: 'a', profile: 'work' },
    { at: '2', what: 'merged', name: 'b', new: 1, profile: 'work' },
  ])
})

/** The logs that an agent keeps of conversations, as they are found and read. */
import { appendFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { ConversationLogs } from '../../../src/host/signals/conversation-logs.js'
import { signalFolder } from '../kit/signal-folder.js'

const ID = '01a2219a-36ac-7820-a829-f93cdd8c4538'
const LOG = `2026/11/28/rollout-2026-11-28T10-01-24-${ID}.jsonl`

test('the last line with the word is taken, however long the log is, and again when it has grown', () => {
  using it = logs({ [LOG]: `{"told":1}\n${'{"other":0}\n'.repeat(200_000)}{"told":2}\n{"other":0}\n` })

  expect(it.last(ID)).toEqual({ told: 2 })
  appendFileSync(it.at(LOG), '{"told":3}\n{"told":')
  expect(it.last(ID)).toEqual({ told: 3 })
})

test('of two conversations each has its own, also one that is older', () => {
  const other = ID.replace('01a', '01b')
  using it = logs({ [LOG]: '{"told":1}\n', [`2025/01/02/rollout-${other}.jsonl`]: '{"told":2}\n' })

  expect([it.last(other), it.last(ID), it.last(other)]).toEqual([{ told: 2 }, { told: 1 }, { told: 2 }])
})

test.each(['', '../../etc/passwd', 'x'.repeat(65), ID.replace('a', '/')])('%j is no conversation', (conversation) => {
  using it = logs({ [LOG]: '{"told":1}\n' })
  expect(it.last(conversation)).toBeUndefined()
})

test('a log that is not there, tells nothing, or is no file, tells nothing', () => {
  using it = logs({ '2026/11/28/notes.txt': '', '2026/11/27/x': '' })
  expect(it.last(ID)).toBeUndefined()
  symlinkSync('/dev/zero', it.at(LOG))
  expect(it.last(ID)).toBeUndefined()
  rmSync(it.at(LOG))
  writeFileSync(it.at(LOG), 'no JSON, though it has "told" in it\n')
  expect(it.last(ID)).toBeUndefined()
})

function logs(files: Readonly<Record<string, string>>) {
  const base = signalFolder()
  const at = (name: string) => join(base.path, name)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(at(name)), { recursive: true })
    writeFileSync(at(name), text)
  }
  const found = new ConversationLogs()
  const last = (conversation: string) => found.lastLine(conversation, { folder: base.path, depth: 3, word: '"told"' })
  return { at, last, [Symbol.dispose]: () => base[Symbol.dispose]() }
}

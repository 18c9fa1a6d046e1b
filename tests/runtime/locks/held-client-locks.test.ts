import { expect, test } from 'vitest'
import { HEARTBEAT_MS, wasLeftByPerch } from '../../../src/runtime/locks/held-client-locks.js'

const NOW = 1_000_000_000
const path = '/home/person/.claude.json.lock'
const noted = { folders: [{ path, ino: 7 }] }
const unnoted = { folders: [] }
const PERCH = 0o40500
const AGENT = 0o40755

test.each([
  ['noted by the dead perch', noted, { mode: PERCH, ino: 7, mtimeMs: NOW }, true],
  ['made by another perch since', noted, { mode: PERCH, ino: 8, mtimeMs: NOW }, false],
  ['made by the agent since, with the same inode number', noted, { mode: AGENT, ino: 7, mtimeMs: 0 }, false],
  ['the agent’s, for which perch was waiting', unnoted, { mode: AGENT, ino: 7, mtimeMs: 0 }, false],
  ['made by perch, which died before it could note that', unnoted, { mode: PERCH, ino: 7, mtimeMs: 0 }, true],
  ['of a living perch, which touches it', unnoted, { mode: PERCH, ino: 7, mtimeMs: NOW - HEARTBEAT_MS }, false],
])('a lock folder %s', (_, note, seen, expected) => {
  expect(wasLeftByPerch(note, path, seen, NOW)).toBe(expected)
})

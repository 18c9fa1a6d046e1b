/** The folders of sessions in a state folder: which count, and how one goes. */

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { deleteRemovedFolders, removeSessionFolder, storedSessionIds } from '../../../src/daemon/sessions/session-folder.js'
import { requiresPlatform, requiresRoot } from '../../kit/requirement.js'
import { workerFolder } from '../../kit/worker-folder.js'

const ID = '0123abcd'

function sessionsFolder() {
  const folder = mkdtempSync(join(workerFolder(), 's'))
  return { folder, session: join(folder, ID), [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) }
}

describe('the folders of sessions', () => {
  test('are those with an id; there are none where the folder of all is gone', () => {
    using place = sessionsFolder()
    for (const name of [ID, `${ID}.removed`, 'notes', '0123ABCD']) mkdirSync(join(place.folder, name))
    expect(storedSessionIds(place.folder)).toEqual([ID])
    expect([storedSessionIds(join(place.folder, 'none')), deleteRemovedFolders(join(place.folder, 'none'))]).toEqual([[], []])
  })

  test('go with everything in them, and once more without a word', () => {
    using place = sessionsFolder()
    mkdirSync(join(place.session, 'log'), { recursive: true })
    writeFileSync(join(place.session, 'exit.json'), '{}')
    removeSessionFolder(place.session)
    removeSessionFolder(place.session)
    expect(readdirSync(place.folder)).toEqual([])
  })

  test('of which one was being deleted when the daemon died is no session any more, and goes with the next look', () => {
    using place = sessionsFolder()
    const half = join(place.folder, `${ID}.removed`)
    mkdirSync(half)
    writeFileSync(join(half, 'session.json'), '{}')
    expect(storedSessionIds(place.folder)).toEqual([])
    expect(deleteRemovedFolders(place.folder)).toEqual([])
    expect(existsSync(half)).toBe(false)
  })

  test('of which one cannot be deleted: it is named, and goes when it can', (context) => {
    requiresRoot(context)
    requiresPlatform(context, 'linux')
    using place = sessionsFolder()
    mkdirSync(join(place.session, 'log'), { recursive: true })
    const mounted = (folder: string) => join(folder, 'log')
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', mounted(place.session)])
    const removed = `${place.session}.removed`
    try {
      removeSessionFolder(place.session)
      expect(storedSessionIds(place.folder)).toEqual([])
      expect(deleteRemovedFolders(place.folder)).toEqual([removed])
    } finally {
      execFileSync('umount', [mounted(existsSync(removed) ? removed : place.session)])
    }
    expect(deleteRemovedFolders(place.folder)).toEqual([])
  })
})

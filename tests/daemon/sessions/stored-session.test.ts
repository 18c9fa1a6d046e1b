/** What the folder of a session says of its host. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { SessionRecord } from '../../../src/api/session-record.js'
import { hostLiveness } from '../../../src/daemon/sessions/stored-session.js'
import { tryFileLock } from '../../../src/platform/files/file-lock.js'
import { identifyProcess } from '../../../src/platform/process/process-identity.js'
import { workerFolder } from '../../kit/worker-folder.js'

const self = identifyProcess(process.pid) ?? expect.fail('this process has an identity')
const living = { host: { ...self } } as SessionRecord
const dead = { host: { ...self, startTime: '1' } } as SessionRecord

function sessionFolder() {
  const folder = mkdtempSync(join(workerFolder(), 's'))
  return {
    folder,
    lock: join(folder, 'host.lock'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

describe('whether the host of a session lives', () => {
  test('is told by its lock, whoever the record names', () => {
    using place = sessionFolder()
    using _lock = tryFileLock(place.lock) ?? expect.fail('the lock is free')
    expect([undefined, living, dead].map((record) => hostLiveness(place.folder, record))).toEqual(['alive', 'alive', 'alive'])
  })

  test('is told by who it was where the lock is free or gone', () => {
    using place = sessionFolder()
    expect([undefined, living, dead].map((record) => hostLiveness(place.folder, record))).toEqual(['dead', 'alive', 'dead'])
  })

  test('is told by who it was also where the lock cannot be asked, as on a read-only disk; without a record it is unknown', () => {
    using place = sessionFolder()
    mkdirSync(place.lock)
    expect([undefined, living, dead].map((record) => hostLiveness(place.folder, record))).toEqual(['unknown', 'alive', 'dead'])
  })
})

import { describe, expect, test } from 'vitest'
import type { HostStatus } from '../../../src/api/host-protocol.js'
import type { HostLink } from '../../../src/daemon/sessions/host-link.js'
import { LastStatus } from '../../../src/daemon/sessions/last-status.js'
import { until } from '../../kit/bounded.js'

const STATUS: HostStatus = { state: 'running', pid: 1, size: null, streams: {}, attachments: [], tees: [], exit: null }

/** A link whose status is what the test says. */
function linkTo(status: () => Promise<HostStatus>): () => Promise<HostLink> {
  return async () => ({ status, request: () => Promise.reject(new Error('not asked for here')), close: () => undefined })
}

describe('the last status of a host', () => {
  test('is current from an answer that is watched until the host tells of a change', async () => {
    const last = new LastStatus()
    await last.ask(linkTo(async () => ({ ...STATUS, watched: true })))
    expect([last.isCurrent, last.status?.pid]).toEqual([true, 1])
    last.outdated()
    expect([last.isCurrent, last.status?.pid]).toEqual([false, 1])
  })

  test('of an older host, which tells of no change, is never current', async () => {
    const last = new LastStatus()
    await last.ask(linkTo(async () => STATUS))
    expect([last.isCurrent, last.status?.pid]).toEqual([false, 1])
  })

  test('is not current when a change was told while the answer was on its way', async () => {
    const last = new LastStatus()
    const answer = async () => {
      last.outdated()
      return { ...STATUS, watched: true }
    }
    await last.ask(linkTo(answer))
    expect([last.isCurrent, last.status?.pid]).toEqual([false, 1])
  })

  test('stays what it was when the host cannot be reached', async () => {
    const last = new LastStatus()
    last.heard(STATUS)
    await last.ask(() => Promise.reject(new Error('gone')))
    expect([last.isCurrent, last.isLate, last.status?.pid]).toEqual([false, false, 1])
  })

  test('is not waited for twice from a host that hangs, and is taken when it comes after all', async () => {
    const last = new LastStatus()
    let answer: (status: HostStatus) => void = () => undefined
    let asked = 0
    const hanging = () => {
      asked += 1
      return new Promise<HostStatus>((resolve) => {
        answer = resolve
      })
    }
    await last.ask(linkTo(hanging))
    expect([last.isLate, last.status]).toEqual([true, undefined])
    await last.ask(linkTo(hanging))
    expect(asked).toBe(1)
    answer({ ...STATUS, watched: true })
    await until(
      () => !last.isLate,
      5_000,
      () => 'the late answer to be taken',
    )
    expect([last.isCurrent, last.status?.pid]).toEqual([true, 1])
  })
})

import { expect, test } from 'vitest'
import type { Accepted } from '../../../src/api/host-protocol.js'
import { DelayedAccepted } from '../../../src/host/socket/delayed-accepted.js'

function telling() {
  const told: Accepted[] = []
  let heard = () => {}
  const delayed = new DelayedAccepted((accepted) => {
    told.push(accepted)
    heard()
  })
  return { told, delayed, next: () => new Promise<void>((resolve) => (heard = resolve)) }
}

test('a key is told of behind its echo, once', () => {
  const { told, delayed } = telling()
  delayed.note({ bytes: 1 }, true)
  expect(told).toEqual([])
  delayed.tell()
  delayed.tell()
  expect(told).toEqual([{ bytes: 1 }])
  delayed.close()
})

test('keys that nothing answers are told of soon, together', async () => {
  const { told, delayed, next } = telling()
  const heard = next()
  delayed.note({ bytes: 1 }, true)
  delayed.note({ bytes: 2 }, true)
  await heard
  expect(told).toEqual([{ bytes: 2 }])
})

test('a paste is told of while it is being taken', () => {
  const { told, delayed } = telling()
  for (let bytes = 32_768; bytes <= 4 * 32_768; bytes += 32_768) delayed.note({ bytes }, true)
  expect(told).toEqual([{ bytes: 65_536 }, { bytes: 131_072 }])
  delayed.close()
})

test.each([
  ['a problem', { bytes: 0, problem: { code: 'stream-closed', message: 'closed', hint: null } }, true],
  ['input that no output is expected for', { bytes: 1 }, false],
] as const)('%s is told at once', (_, accepted, mayWait) => {
  const { told, delayed } = telling()
  delayed.note(accepted, mayWait)
  expect(told).toEqual([accepted])
})

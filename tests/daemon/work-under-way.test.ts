import { EventEmitter, once } from 'node:events'
import { expect, test } from 'vitest'
import { WorkUnderWay } from '../../src/daemon/work-under-way.js'

test('idle waits for what is under way and for what that begins, also when it fails', async () => {
  const work = new WorkUnderWay()
  const signals = new EventEmitter()
  const order: string[] = []
  const second = async () => {
    await once(signals, 'second')
    order.push('second')
    throw new Error('it failed')
  }
  const first = work.track(once(signals, 'first').then(() => work.track(second())))
  const failed = expect(first).rejects.toThrow('it failed')
  const idle = work.idle(20_000).then((isIdle) => order.push(`idle ${isIdle}`))
  signals.emit('first')
  await new Promise(setImmediate)
  signals.emit('second')
  await Promise.all([failed, idle])
  expect(order).toEqual(['second', 'idle true'])
})

test('idle gives up after its bound', async () => {
  const work = new WorkUnderWay()
  void work.track(new Promise(() => {}))
  expect(await work.idle(1)).toBe(false)
  expect(await new WorkUnderWay().idle(1)).toBe(true)
})

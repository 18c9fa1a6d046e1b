/** The worker of a host that keeps its session's screen: beside the loop that copies bytes, which it never holds up. */
import { parentPort, workerData } from 'node:worker_threads'
import { ScreenModel } from '../../screen/screen-model.js'
import type { FromWorker, ToWorker, WorkerStart } from './worker-protocol.js'

let answer = ''
const model = new ScreenModel({
  ...(workerData as WorkerStart),
  answer: (text) => {
    answer += text
  },
})
let done: Promise<void> = Promise.resolve()

parentPort?.on('message', (message: ToWorker) => {
  done = done.then(() => take(message))
})

async function take(message: ToWorker): Promise<void> {
  switch (message.kind) {
    case 'feed': {
      answer = ''
      const { buffer, length, answers } = message
      await model.feed(new Uint8Array(buffer, 0, length))
      const { pendingBytes, isUpdating } = model
      say({ kind: 'fed', buffer, pendingBytes, isUpdating, answer: answers ? answer : '' }, [buffer])
      break
    }
    case 'resize':
      model.resize(message.size)
      break
    case 'restore':
      say({ kind: 'restored', size: model.size, restore: model.restore(message) })
      break
    case 'text':
      say({ kind: 'described', text: model.text(message) })
      break
  }
}

function say(message: FromWorker, moved: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, moved)
}

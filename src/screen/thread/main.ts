/** The program of the thread that keeps a screen: beside a loop that copies bytes, which it never holds up. */
import { parentPort, workerData } from 'node:worker_threads'
import { ViewPainter } from '../paint-view.js'
import { ScreenModel } from '../screen-model.js'
import type { FromThread, ThreadStart, ToThread } from './protocol.js'

let answer = ''
const model = new ScreenModel({
  ...(workerData as ThreadStart),
  answer: (text) => {
    answer += text
  },
})
const painter = new ViewPainter()
let done: Promise<void> = Promise.resolve()

parentPort?.on('message', (message: ToThread) => {
  done = done.then(() => take(message))
})

async function take(message: ToThread): Promise<void> {
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
    case 'paint':
      say({ kind: 'drawn', sequence: painter.paint(model.terminal, message.view, message.isWhole) })
      break
    case 'above':
      say({ kind: 'drawn', sequence: model.drawAbove(message.lines) })
      break
    case 'text':
      say({ kind: 'described', text: model.text(message) })
      break
  }
}

function say(message: FromThread, moved: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, moved)
}

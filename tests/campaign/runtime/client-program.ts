/**
 * A process that stands for a client: runs with the runtime in its environment and does to its files what a client does.
 * Looks at each step whether what it uses is still there.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { clientActions } from './client-actions.js'
import type { ClientTask } from './client-plan.js'
import { historyWriter } from './history.js'
import { UsedFolder } from './used-folder.js'

async function run(task: ClientTask): Promise<void> {
  const history = historyWriter(task.history, task.who)
  const folder = UsedFolder.open(task, history)
  if (folder === undefined) return
  // Whoever started it may be gone: that is nothing to a client.
  process.stdout.on('error', () => undefined)
  process.stdout.write('begins\n')
  const actions = clientActions(task, folder, history)
  for (const step of task.steps) {
    await sleep(step.pauseMs)
    folder.look()
    await actions[step.action](step)
    folder.look()
  }
  await folder.lookForFiles()
  history.write('note', 'ends')
}

void run(JSON.parse(process.argv[2] ?? '') as ClientTask)

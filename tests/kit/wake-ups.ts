/** How often a process does anything at all (Linux). */
import { readdirSync, readFileSync } from 'node:fs'

/** How often its threads went to sleep, all together: each time but the first after a wake-up. */
export function wakeUps(pid: number): number {
  const counts = readdirSync(`/proc/${pid}/task`).map((task) => {
    const status = readFileSync(`/proc/${pid}/task/${task}/status`, 'utf8')
    return Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1])
  })
  return counts.reduce((a, b) => a + b, 0)
}

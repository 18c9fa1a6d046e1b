/**
 * Real pipes for a child's stdio. Node can make none, and its own `'pipe'` is a socket pair: a child that opens /dev/stdout
 * gets ENXIO. On Linux they are anonymous pipes, elsewhere, and where the shell makes none, unlinked FIFOs. The difference
 * matters to a child that opens /dev/stdin after its input ended: on a FIFO without a writer, Linux lets that open wait for
 * ever (`fifo_open`); macOS only duplicates the descriptor.
 */
import { openAnonymousPipes } from './anonymous-pipes.js'
import { openFifos } from './fifo.js'
import type { PipeDirection, PipeEnds } from './pipe-ends.js'

/**
 * Opens one pipe for each direction. Nothing stays on the disk, also when it fails.
 * @throws PerchError `spawn-failed`
 */
export async function openPipes(directions: readonly PipeDirection[]): Promise<readonly PipeEnds[]> {
  const anonymous = process.platform === 'linux' ? await openAnonymousPipes(directions) : undefined
  return anonymous ?? (await openFifos(directions))
}

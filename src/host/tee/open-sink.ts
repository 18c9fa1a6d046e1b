/** The sink that a client asked for: what a path or a command names is opened before the tee is added. */

import type { Tee } from '../../api/session.js'
import type { AddTeeParams, TeeTarget } from '../../api/tee-protocol.js'
import { openCommandSink } from './sinks/command-sink.js'
import { openFileSink } from './sinks/file-sink.js'
import type { TeeSink } from './tee-sink.js'
import type { Tees } from './tees.js'

/**
 * Opens the sink and adds its tee; nothing is touched for a tee that would be refused.
 * @throws PerchError as `openFileSink`, `openCommandSink` and `Tees.add` do
 */
export async function addTee(tees: Tees, params: AddTeeParams): Promise<Tee> {
  tees.requireRoom(params)
  return tees.add(params, await openSink(params.target))
}

function openSink(target: TeeTarget): Promise<TeeSink> {
  return target.kind === 'file' ? openFileSink(target) : openCommandSink(target)
}

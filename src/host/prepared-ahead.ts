/**
 * What a spare host has ready when its spec comes: everything that takes time and is the same for every session. Nothing of
 * it is needed: what could not be made ready is made when its turn comes, and an error is told then.
 */
import { loadLockBinding } from '../platform/files/native-lock.js'
import { type ChildPipes, openChildPipes } from '../platform/pipe/pipe-process.js'
import { bootId } from '../platform/process/process-identity.js'
import { terminalDriver } from '../platform/pty/pty-native.js'

export interface PreparedAhead {
  /** The pipes of a child with stdin, stdout and stderr apart; whoever takes them closes them. */
  readonly pipes: ChildPipes | undefined
}

export async function prepareAhead(): Promise<PreparedAhead> {
  for (const load of [loadLockBinding, terminalDriver, bootId]) attempt(load)
  return { pipes: await openChildPipes(false).catch(() => undefined) }
}

function attempt(load: () => unknown): void {
  try {
    load()
  } catch {
    // Asked again, and told, where it is needed.
  }
}

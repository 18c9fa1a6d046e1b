import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { workerFolder } from '../../kit/worker-folder.js'

export interface SignalFolder extends Disposable {
  readonly path: string
}

/** A folder of a session, with nothing in it; its name has what a shell minds. */
export function signalFolder(): SignalFolder {
  const base = mkdtempSync(join(workerFolder(), "a session's $HOME "))
  return { path: base, [Symbol.dispose]: () => rmSync(base, { recursive: true, force: true }) }
}

/** The parts of a live runtime, each with the step that brings it in step. */
import { drainCredential } from '../credentials/credentials.js'
import type { RuntimeContext } from '../runtime-context.js'
import { readIndex } from '../tree/index-file.js'
import type { Some } from './marks.js'
import type { PassOutcome } from './pass-outcome.js'

/** Since when the login has been blank, by the monotonic clock. */
export interface LoginPatience {
  blankSinceMs: number | null
}

export function newPatience(): LoginPatience {
  return { blankSinceMs: null }
}

export async function lookAtLogin(context: RuntimeContext, _patience: LoginPatience): Promise<PassOutcome> {
  const why = await drainCredential(context, readIndex(context), true)
  return why === null ? { state: 'in-step' } : { state: 'waiting', why, againInMs: 50 }
}

export function lookAtEntries(_context: RuntimeContext, _names: Some): PassOutcome {
  return { state: 'in-step' }
}

export function lookAtFolders(_context: RuntimeContext, _folders: Some): PassOutcome {
  return { state: 'in-step' }
}

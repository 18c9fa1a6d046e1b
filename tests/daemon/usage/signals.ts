/** Signals as hosts write them down. */
import type { RateWindow } from '../../../src/api/signal.js'
import type { NewSignal } from '../../../src/host/signals/signal-file.js'

export interface RequestFacts {
  readonly at: number
  readonly input?: number
  readonly costUsd?: number | null
  readonly model?: string
  readonly conversation?: string
}

export function request(key: string, { at, input = 0, costUsd = 0, model = 'm', conversation }: RequestFacts): NewSignal {
  const tokens = { input, output: 0, cacheRead: 0, cacheCreation: 0 }
  return { kind: 'request', key, at, conversation: conversation ?? null, model, tokens, costUsd }
}

export function windows(at: number, of: readonly RateWindow[]): NewSignal {
  return { kind: 'windows', at, windows: [...of] }
}

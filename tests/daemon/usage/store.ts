/** A usage database of a test's own. */
import { join } from 'node:path'
import type { SignalRecord } from '../../../src/api/signal.js'
import { openUsageDatabase } from '../../../src/daemon/usage/open-usage-database.js'
import { type UsageSource, UsageStore } from '../../../src/daemon/usage/usage-store.js'
import { profileSums } from '../../../src/daemon/usage/usage-sums.js'
import type { NewSignal } from '../../../src/host/signals/signal-file.js'

export function openStore(folder: string, onDamage: (error: unknown) => void = () => undefined): UsageStore {
  return new UsageStore(openUsageDatabase(join(folder, 'usage.db'), onDamage))
}

export function source(session: string, more: Partial<UsageSource> = {}): UsageSource {
  return { session, name: null, profile: 'work', agent: 'claude', folder: '/src', conversation: null, createdAt: 0, ...more }
}

/** As a host numbers them, from `first` on. */
export function numbered(signals: readonly NewSignal[], first = 1): readonly SignalRecord[] {
  return signals.map((signal, index) => ({ ...signal, n: first + index }) as SignalRecord)
}

export function totalsOf(store: UsageStore, profile = 'work') {
  const [sums] = profileSums(store.database, { profile, since: undefined })
  return { requests: sums?.requests ?? 0, input: sums?.input ?? 0, costNanoUsd: sums?.costNanoUsd ?? 0 }
}

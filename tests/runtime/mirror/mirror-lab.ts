/** A lab whose runtime is built of copies, with what a live engine does to it. */
import { utimesSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PassOutcome } from '../../../src/runtime/live/pass-outcome.js'
import { openRuntimeContext, type RuntimeContext } from '../../../src/runtime/runtime-context.js'
import { syncMirror } from '../../../src/runtime/tree/mirror/sync-mirror.js'
import { openProfileLab, type ProfileLab } from '../profile-lab.js'

export interface MirrorLab extends ProfileLab {
  /** What an engine would hold while the runtime lives. */
  readonly live: RuntimeContext
  /** One pass. */
  pass(folders?: 'all' | readonly string[]): Promise<PassOutcome>
  /** Passes until nothing waits any more; fails when that takes too long. */
  settle(folders?: 'all' | readonly string[]): Promise<PassOutcome>
}

/** A runtime with one session. */
export async function openMirrorLab(prepare: (lab: ProfileLab) => void = () => {}): Promise<MirrorLab> {
  const lab = await openProfileLab({ linkMode: 'copy' })
  prepare(lab)
  await lab.acquire()
  const { paths, profile, agent, home } = lab
  if (agent.relocation === null) throw new Error('the agent has no config folder')
  const live = openRuntimeContext({ paths, profile, agent, home }, agent.relocation, 'copy')
  const pass: MirrorLab['pass'] = (folders = 'all') => syncMirror(live, folders === 'all' ? 'all' : new Set(folders))
  const settle: MirrorLab['settle'] = async (folders = 'all') => {
    const deadline = performance.now() + 10_000
    for (;;) {
      const outcome = await pass(folders)
      if (outcome.state !== 'waiting') return outcome
      if (performance.now() > deadline) throw new Error(`still waiting: ${outcome.why}`)
      await sleep(outcome.againInMs)
    }
  }
  return { ...lab, live, pass, settle }
}

/** Sets the time of the last write so many seconds back. */
export function age(path: string, seconds = 100): void {
  const at = Date.now() / 1000 - seconds
  utimesSync(path, at, at)
}

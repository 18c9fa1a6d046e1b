/** A profile whose things are kept aside, listed and decided. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { KeptThing } from '../../../src/runtime/conflicts/list-kept.js'
import { listKept } from '../../../src/runtime/conflicts/list-kept.js'
import { resolveConflict, type Taken } from '../../../src/runtime/conflicts/resolve-conflict.js'
import { openJournal } from '../../../src/runtime/journal.js'
import type { Keeper } from '../../../src/runtime/tree/kept-aside.js'
import { openProfileLab, type ProfileLab } from '../profile-lab.js'

export interface KeptLab extends ProfileLab {
  readonly keeper: Keeper
  kept(): readonly KeptThing[]
  /** The only thing that is kept in this state. */
  only(state: KeptThing['state']): KeptThing
  resolve(thing: KeptThing, taken: Taken): Promise<string | null>
}

export async function openKeptLab(): Promise<KeptLab> {
  const lab = await openProfileLab()
  const request = { paths: lab.paths, profile: lab.profile, agent: lab.agent, home: lab.home }
  mkdirSync(lab.folders.sync, { recursive: true })
  const kept = () => listKept(lab.paths, lab.profile.name)
  return {
    ...lab,
    keeper: { request, journal: openJournal(join(lab.folders.sync, 'journal.jsonl'), []), notices: [] },
    kept,
    only: (state) => {
      const [thing, ...others] = kept().filter((one) => one.state === state)
      if (thing === undefined || others.length > 0) throw new Error(`not one is ${state}: ${JSON.stringify(kept())}`)
      return thing
    },
    resolve: (thing, taken) => resolveConflict(request, thing, taken),
  }
}

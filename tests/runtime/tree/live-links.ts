/** A live runtime with links as the daemon's engine sees it. */
import { existsSync, lstatSync, readlinkSync, utimesSync } from 'node:fs'
import { expect } from 'vitest'
import type { ProfileDefinition } from '../../../src/profiles/profile-definition.js'
import type { PassOutcome } from '../../../src/runtime/live/pass-outcome.js'
import { openRuntimeContext, type RuntimeContext } from '../../../src/runtime/runtime-context.js'
import { readIndex } from '../../../src/runtime/tree/index-file.js'
import { syncLinks } from '../../../src/runtime/tree/sync-links.js'
import { openProfileLab, type ProfileLab } from '../profile-lab.js'

export interface LiveLinks {
  readonly lab: ProfileLab
  readonly context: RuntimeContext
  /** One look of the engine; at all names where none are given. */
  sync(...names: string[]): Promise<PassOutcome>
  /** The name is a link in the runtime, to the shared one, and noted as what it is now. */
  expectLinked(name: string, target?: string): void
  /** A runtime that is drained and gone, with nothing left over. */
  end(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export const IN_STEP: PassOutcome = { state: 'in-step' }

/** Opens a lab; `prepare` fills it before the runtime is built. */
export async function openLiveLinks(prepare: (lab: ProfileLab) => void = () => {}): Promise<LiveLinks> {
  const lab = await openProfileLab()
  prepare(lab)
  await lab.acquire()
  const context = contextFor(lab)
  return {
    lab,
    context,
    sync: async (...names) => syncLinks(context, names.length === 0 ? 'all' : new Set(names)),
    expectLinked: (name, target = lab.inShared(name)) => {
      expect(readlinkSync(lab.inRuntime(name))).toBe(target)
      const { size, mtimeMs, ino } = lstatSync(target)
      expect(readIndex(context)?.links[name]).toEqual({
        target,
        file: lstatSync(target).isFile() ? { size, mtimeMs, ino } : null,
      })
    },
    end: async () => {
      expect(await lab.release()).toMatchObject({ kept: false })
      expect(existsSync(lab.folders.runtime)).toBe(false)
    },
    [Symbol.asyncDispose]: () => lab[Symbol.asyncDispose](),
  }
}

export function contextFor(lab: ProfileLab, changes: Partial<ProfileDefinition> = {}): RuntimeContext {
  const { paths, profile, agent, home } = lab
  if (agent.relocation === null) throw new Error('the agent has no runtime')
  return openRuntimeContext({ paths, profile: { ...profile, ...changes }, agent, home }, agent.relocation, 'link')
}

/** As if the file had been written some time ago, and nobody had touched it since. */
export function makeQuiet(path: string, agoMs = 5_000): void {
  const at = new Date(Date.now() - agoMs)
  utimesSync(path, at, at)
}

/** A live profile as the daemon's engine sees it: its login in either link mode, a clock that does not wait, and what a heal came to. */
import { lstatSync, readlinkSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { ensureFolder } from '../../../src/platform/files/atomic-file.js'
import { withProfileLock } from '../../../src/profiles/profile-lock.js'
import { newCredentialPatience } from '../../../src/runtime/credentials/credential-patience.js'
import { healCredential } from '../../../src/runtime/credentials/heal-credential.js'
import { placeCredential, placedLogin } from '../../../src/runtime/credentials/show-login.js'
import type { PassOutcome } from '../../../src/runtime/live/pass-outcome.js'
import { openRuntimeContext, type RuntimeContext } from '../../../src/runtime/runtime-context.js'
import { credentialHash } from '../../../src/runtime/sync/credential-question.js'
import { writeIndex } from '../../../src/runtime/tree/index-file.js'
import type { LinkMode } from '../../../src/runtime/tree/link-mode.js'
import { openProfileLab, type ProfileLab, readJson, readText, writeNew } from '../profile-lab.js'

export interface LiveLogin {
  readonly lab: ProfileLab
  readonly context: RuntimeContext
  /** The login in the runtime. */
  readonly live: string
  /** One look of the engine. */
  heal(): Promise<PassOutcome>
  /** Lets time pass for the engine. */
  passMs(ms: number): void
  /** Runtime, profile and what is noted of them say this; null: there is no login file anywhere. */
  expectBoth(content: string | null): void
  [Symbol.asyncDispose](): Promise<void>
}

/** Opens a lab whose profile has this login, and whose runtime stands. */
export async function openLiveLogin(
  linkMode: LinkMode,
  options: { readonly login?: string; readonly agent?: string } = {},
): Promise<LiveLogin> {
  const lab = await openProfileLab(options.agent === undefined ? {} : { agent: options.agent })
  if (options.login !== undefined) writeNew(lab.durableLogin, options.login)
  if (linkMode === 'link') await lab.acquire()
  const context = contextOf(lab, linkMode)
  if (linkMode === 'copy') buildCopy(context)
  const live = lab.inRuntime(context.relocation.credential.file)
  let nowMs = 0
  const patience = newCredentialPatience(() => nowMs)
  return {
    lab,
    context,
    live,
    heal: () => withProfileLock(lab.paths, lab.profile.name, () => healCredential(context, patience)),
    passMs: (ms) => {
      nowMs += ms
    },
    expectBoth: (content) => {
      if (content === null) expect(lstatSync(lab.durableLogin, { throwIfNoEntry: false })).toBeUndefined()
      else expect(readText(lab.durableLogin)).toBe(content)
      if (linkMode === 'link') expect(readlinkSync(live)).toBe(lab.durableLogin)
      else expectCopy(lab, live, content)
      const noted = readJson(join(lab.folders.sync, 'index.json')).credential
      expect(noted).toBe(content === null ? null : credentialHash(Buffer.from(content)))
    },
    [Symbol.asyncDispose]: () => lab[Symbol.asyncDispose](),
  }
}

/** The login's part of a build in copy mode. */
export function buildCopy(context: RuntimeContext): void {
  ensureFolder(context.config)
  const index = { linkMode: 'copy', links: {}, credential: placedLogin(context, undefined) } as const
  placeCredential(context, undefined)
  writeIndex(context, { ...index, phase: 'built' })
}

function contextOf(lab: ProfileLab, linkMode: LinkMode): RuntimeContext {
  const { paths, profile, agent, home } = lab
  if (agent.relocation === null) throw new Error('the agent has no runtime')
  return openRuntimeContext({ paths, profile, agent, home }, agent.relocation, linkMode)
}

function expectCopy(lab: ProfileLab, live: string, content: string | null): void {
  if (content === null) {
    expect(lstatSync(live, { throwIfNoEntry: false })).toBeUndefined()
    return
  }
  expect(readText(live)).toBe(content)
  expect(lstatSync(live).mode).toBe(0o100600)
  expect(Math.abs(statSync(live).mtimeMs - statSync(lab.durableLogin).mtimeMs)).toBeLessThan(1)
}

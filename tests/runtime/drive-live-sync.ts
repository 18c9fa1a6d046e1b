/** The live sync in a process of its own, as the daemon runs it. Serves until it is killed. */

import type { PerchPaths } from '../../src/platform/paths.js'
import { profileFolders } from '../../src/profiles/profile-definition.js'
import { readProfile } from '../../src/profiles/store.js'
import { LiveSync } from '../../src/runtime/live/live-sync.js'
import { homeOfStanding } from '../../src/runtime/tree/index-file.js'
import { builtInAgent } from '../kit/built-in-agents.js'

/** As often as the daemon: far beyond any bound of a test, so that what a test sees was told by an event. */
const SLOW_PASS_MS = 30_000

/** Says `serving` once what stands is watched, then each notice as a line of JSON. */
export async function driveLiveSync(paths: PerchPaths, home: string): Promise<never> {
  const live = new LiveSync({
    paths,
    requestFor: (name) => {
      const profile = readProfile(paths, name, {})
      const standing = homeOfStanding(profileFolders(paths, name), home)
      return { paths, profile, agent: builtInAgent(profile.agent), home: standing }
    },
    onNotice: (profile, notice) => process.stdout.write(`${JSON.stringify({ profile, notice })}\n`),
    track: (work) => work,
  })
  live.start()
  process.stdout.write('serving\n')
  setInterval(() => live.slowPass(), SLOW_PASS_MS)
  return await new Promise<never>(() => undefined)
}

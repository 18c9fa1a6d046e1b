/** The end of an interleaving: time passes, and each profile is used and given back once more. Then nothing may stand or be left. */
import { existsSync, lstatSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { STAGING_SUFFIX } from '../../../src/platform/files/atomic-file.js'
import { isFileLockHeld } from '../../../src/platform/files/file-lock.js'
import { messageOf } from '../../../src/platform/perch-error.js'
import type { ProfileLab } from '../../runtime/profile-lab.js'
import { passTime, transientBelow } from './passing-time.js'

/** The mode that says of a client's lock folder that perch made it (`held-client-locks.ts`). */
const MODE_OF_PERCH = 0o500

/** What went wrong with it. */
export async function endInterleaving(labs: readonly ProfileLab[]): Promise<readonly string[]> {
  const losses: string[] = []
  for (const lab of labs) passTime(lab.root)
  for (const lab of labs) losses.push(...(await useOnceMore(lab)))
  for (const lab of labs) losses.push(...leftOf(lab))
  const [first] = labs
  return first === undefined ? losses : [...losses, ...leftBelow(first)]
}

async function useOnceMore(lab: ProfileLab): Promise<readonly string[]> {
  const { name } = lab.profile
  try {
    await lab.acquire('last')
    const released = await lab.release('last')
    return released.kept ? [`the runtime of ${name} still stands: ${released.why}`] : []
  } catch (error) {
    return [`${name} cannot be used once more: ${messageOf(error)}`]
  }
}

function leftOf({ profile: { name }, folders }: ProfileLab): readonly string[] {
  const note = join(folders.sync, 'held-client-locks.json')
  return [
    ...(existsSync(folders.runtime) ? [`the runtime of ${name} is there: ${readdirSync(folders.runtime)}`] : []),
    ...readdirSync(folders.leases).map((lease) => `the lease ${lease} of ${name} is left`),
    ...(existsSync(note) ? [`${name} still has a note of held locks`] : []),
  ]
}

function leftBelow({ root, perchHome }: ProfileLab): readonly string[] {
  const files = transientBelow(root).flatMap((path) => {
    const what = relative(root, path)
    if (path.endsWith(STAGING_SUFFIX)) return [`the staging file ${what} is left`]
    return (lstatSync(path).mode & 0o777) === MODE_OF_PERCH ? [`perch left the client's lock ${what}`] : []
  })
  const locks = join(perchHome, 'locks')
  const held = readdirSync(locks).filter((name) => isFileLockHeld(join(locks, name)))
  return [...files, ...held.map((name) => `the lock ${name} is held`)]
}

/** A kept login, put back in place of the profile's; that one is kept in turn. Of neither is anything shown. */
import { existsSync, readFileSync } from 'node:fs'
import { ensureFolder } from '../../platform/files/atomic-file.js'
import { PerchError } from '../../platform/perch-error.js'
import { durablePath, storeLogin } from '../credentials/credential-file.js'
import { runtimeUse } from '../liveness/liveness.js'
import type { RuntimeContext } from '../runtime-context.js'
import { copyAside } from '../tree/kept-aside.js'
import type { PuttableThing } from './puttable-thing.js'

/**
 * Where the login that was there is kept now; null when there was none. A client holds its login in memory: what is put under
 * a live one is not taken up, and its next refresh would undo it.
 * @throws PerchError `profile-in-use`, `disk-full`, `not-writable`
 */
export function putLoginBack(context: RuntimeContext, { path }: PuttableThing): string | null {
  const { name } = context.request.profile
  const use = runtimeUse(context)
  if (use.inUse) {
    throw new PerchError('profile-in-use', `the login of ${name} cannot be exchanged now: ${use.why}`, {
      hint: `End its sessions first: perch ls --profile ${name}`,
    })
  }
  const target = durablePath(context)
  const belongs = { kind: 'login', target, isDecided: true } as const
  const current = existsSync(target) ? copyAside(context, target, 'another login was taken instead of it', belongs) : null
  ensureFolder(context.folders.credentials)
  storeLogin(context, readFileSync(path), { path, mtimeMs: Date.now() }, 'it was chosen')
  return current
}

/**
 * What can lie in the place of a login besides one: a file that was cut off, staging files of a client that was killed, a
 * folder or a strange link. Whatever may be somebody's is kept aside; a whole login in a staging file is taken.
 */
import { lstatSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { readLogin } from '../../agents/login-facts.js'
import type { RuntimeContext } from '../runtime-context.js'
import { decideCredentialWinner } from '../sync/credential-decision.js'
import { keepBytesAside, moveAside } from '../tree/kept-aside.js'
import { linkTarget, namesIn, placeLink } from '../tree/links.js'
import { durablePath, livePath, readSide, storeLogin } from './credential-file.js'

/** Once nobody runs: what is still not a link was cut off, and staging files have no owner any more. */
export function takeLeftovers(context: RuntimeContext): void {
  const live = livePath(context)
  if (linkTarget(live) === 'not-a-link') moveAside(context, live, 'the login was cut off while it was written')
  for (const path of stagingFiles(context)) takeStaging(context, path)
}

/** A folder, or a link to somewhere else, in the place of the login: not a login, and not to be lost. */
export function setStrangerAside(context: RuntimeContext): void {
  const live = livePath(context)
  const stat = lstatSync(live, { throwIfNoEntry: false })
  if (stat === undefined || stat.isFile()) return
  if (stat.isSymbolicLink() && linkTarget(live) === durablePath(context)) return
  moveAside(context, live, 'it was in the place of the login')
  placeLink(live, durablePath(context))
}

/** A client killed between its write and its rename leaves the only copy of a fresh login in its staging file. */
function takeStaging(context: RuntimeContext, path: string): void {
  const side = readSide(path)
  if (side === null) return
  const facts = context.relocation.credential
  const durable = readSide(durablePath(context))
  const decision = decideCredentialWinner({ facts, durable, live: side, baseHash: undefined })
  if (decision.action === 'adopt' && readLogin(facts, side.bytes).kind === 'login') {
    if (decision.loser !== null) keepBytesAside(context, facts.file, decision.loser, 'a later login was found half-installed')
    storeLogin(context, decision.bytes, path, 'the client was killed before its last step')
    rmSync(path)
  } else if (side.bytes.length === 0 || decision.action === 'keep') {
    rmSync(path)
  } else {
    moveAside(context, path, 'left by a client that was killed while it wrote its login')
  }
}

function stagingFiles(context: RuntimeContext): readonly string[] {
  const prefix = `${context.relocation.credential.file}.tmp`
  return namesIn(context.config)
    .filter((name) => name.startsWith(prefix))
    .map((name) => join(context.config, name))
    .filter((path) => lstatSync(path).isFile())
    .sort((a, b) => lstatSync(a).mtimeMs - lstatSync(b).mtimeMs)
}

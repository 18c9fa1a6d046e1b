/**
 * What can lie in the place of a login besides one: a file that was cut off, staging files of a client that was killed, a
 * folder or a strange link. Whatever may be somebody's is kept aside; a whole login in a staging file is taken.
 */
import { lstatSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { readLogin } from '../../agents/login-facts.js'
import { STAGING_SUFFIX } from '../../platform/files/atomic-file.js'
import { namesIn } from '../../platform/files/names-in.js'
import type { RuntimeContext } from '../runtime-context.js'
import { decideCredentialWinner } from '../sync/credential-decision.js'
import { readIndex, writeIndex } from '../tree/index-file.js'
import { keepBytesAside, moveAside } from '../tree/kept-aside.js'
import { linkTarget } from '../tree/links.js'
import { durablePath, livePath, readCredential, storeLogin } from './credential-file.js'
import { isMergedCopy, showDurable } from './show-login.js'
import { noteBase } from './take-over-login.js'

/** Once nobody runs: what is still neither link nor copy was cut off, and staging files have no owner any more. */
export function takeLeftovers(context: RuntimeContext): void {
  const live = livePath(context)
  if (linkTarget(live) === 'not-a-link' && !isMergedCopy(context, live)) setCutOffAside(context, live)
  for (const path of stagingFiles(context)) takeStaging(context, path)
  dropOwnStaging(context)
}

/**
 * The durable login takes its place by a rename: something may still keep the runtime standing, and a name that is missing from
 * a finished build would be a logout at the next look.
 */
function setCutOffAside(context: RuntimeContext, live: string): void {
  const why = 'the login was cut off while it was written'
  const cutOff = readCredential(live)
  if (cutOff === null) return
  if (context.linkMode === 'copy' && readCredential(durablePath(context)) === null) {
    moveAside(context, live, why)
    return
  }
  keepBytesAside(context, context.relocation.credential.file, cutOff.bytes, why)
  showDurable(context, cutOff.seen)
}

/** A perch that was killed before it put a copy in its place leaves it under a staging name: it says nothing that is not stored. */
function dropOwnStaging(context: RuntimeContext): void {
  const durable = readCredential(durablePath(context))
  if (context.linkMode !== 'copy' || durable === null) return
  for (const name of namesIn(context.config).filter((one) => one.endsWith(STAGING_SUFFIX))) {
    const path = join(context.config, name)
    const size = lstatSync(path).isFile() ? lstatSync(path).size : 0
    if (size === durable.bytes.length && Buffer.compare(readFileSync(path), durable.bytes) === 0) rmSync(path)
  }
}

/**
 * Whether a folder, or a link to somewhere else, lies in the place of the login: not a login, and not to be lost. A link of
 * perch's in copy mode, left from a build with links, is one too.
 */
export function hasStranger(context: RuntimeContext): boolean {
  const live = livePath(context)
  // Told by one look: between two of them a client may put its new login there.
  const target = linkTarget(live)
  if (target === undefined) return false
  if (target !== 'not-a-link') return context.linkMode === 'copy' || target !== durablePath(context)
  const stat = lstatSync(live, { throwIfNoEntry: false })
  return stat !== undefined && !stat.isFile() && !stat.isSymbolicLink()
}

/** Sets a stranger aside and shows the login in its place. The client's locks are held, so that it puts nothing there meanwhile. */
export function setStrangerAside(context: RuntimeContext): void {
  if (!hasStranger(context)) return
  const live = livePath(context)
  const index = readIndex(context)
  // While the name is missing, that says nothing of a logout: also to whoever comes after a crash.
  if (index?.phase === 'built') writeIndex(context, { ...index, phase: 'building' })
  if (linkTarget(live) === durablePath(context)) rmSync(live)
  else moveAside(context, live, 'it was in the place of the login')
  showDurable(context, null)
  if (index?.phase === 'built') writeIndex(context, index)
}

/** A client killed between its write and its rename leaves the only copy of a fresh login in its staging file. */
function takeStaging(context: RuntimeContext, path: string): void {
  const staged = readCredential(path)
  if (staged === null) return
  const facts = context.relocation.credential
  const durable = readCredential(durablePath(context))
  const decision = decideCredentialWinner({ facts, durable, live: staged, baseHash: undefined })
  if (decision.action === 'adopt' && readLogin(facts, staged.bytes).kind === 'login') {
    if (decision.loser !== null) {
      const belongs = { kind: 'login', target: durablePath(context) } as const
      keepBytesAside(context, facts.file, decision.loser, 'a later login was found half-installed', belongs)
    }
    const hasCopy = isMergedCopy(context, livePath(context))
    storeLogin(context, decision.bytes, staged, 'the client was killed before its last step')
    if (hasCopy) renewCopy(context)
    rmSync(path)
  } else if (staged.bytes.length === 0 || decision.action === 'keep') {
    rmSync(path)
  } else {
    moveAside(context, path, 'left by a client that was killed while it wrote its login')
  }
}

/** By a rename, as in `setCutOffAside`: a fresh lock of the killed client may keep the runtime, and its finished build, standing. */
function renewCopy(context: RuntimeContext): void {
  const old = readCredential(livePath(context))
  const shown = showDurable(context, old?.seen ?? null)
  if (shown !== undefined) noteBase(context, shown.hash)
}

function stagingFiles(context: RuntimeContext): readonly string[] {
  const prefix = `${context.relocation.credential.file}.tmp`
  return namesIn(context.config)
    .filter((name) => name.startsWith(prefix))
    .map((name) => join(context.config, name))
    .filter((path) => lstatSync(path).isFile())
    .sort((a, b) => lstatSync(a).mtimeMs - lstatSync(b).mtimeMs)
}

/**
 * The move of a login from where its note says that it is: set aside beside its old place, stored with the profile, or both. It is
 * stored first and removed from beside its old place then, so a kill at any step leaves something to go on from.
 */
import { existsSync, rmSync, unlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { ensureFolder, writeFileAtomic } from '../platform/files/atomic-file.js'
import { flushFolder } from '../platform/files/flush-folder.js'
import type { FoundAccount, ImportPlace } from './found-account.js'
import { type ImportNote, requireNote, writeImportNote } from './import-note.js'
import { reached } from './import-step.js'
import { notMoved } from './not-moved.js'
import { durablePath } from './plan-login.js'
import { hasLogin, isSameLogin, withWhatIsThere } from './profile-login.js'
import { isSameFile, putBack } from './put-back.js'
import { loginIn, readRawLogin } from './stored-login.js'

/**
 * What became of a move: it is done, or it had not begun when it was interrupted (the login is where it was), or the profile
 * has got another login meanwhile and the moved one was kept beside its old place.
 */
export type MoveOutcome =
  | { readonly kind: 'moved' }
  | { readonly kind: 'not-begun' }
  | { readonly kind: 'kept-aside'; readonly path: string }

/**
 * Goes on from wherever the move is, by its note. For the holder of the profile's lock.
 * @throws PerchError `login-in-use`, `not-writable`, `disk-full`: the login is back where it was, or the next call goes on
 */
export function completeMove(place: ImportPlace, profile: string, account: Pick<FoundAccount, 'agent'>): MoveOutcome {
  const note = requireNote(place, profile)
  const facts = account.agent.relocation?.credential
  if (note.moving === null || !facts) return { kind: 'moved' }
  const { aside, from, encoding } = note.moving
  const durable = durablePath(place.paths, profile, account)
  const record = (login: ImportNote['login']) => {
    writeImportNote(place.paths, profile, { ...note, login, moving: null })
    reached('import-recorded')
  }
  // Killed while it was put back.
  if (isSameFile(aside, from)) unlinkSync(aside)
  const raw = readRawLogin({ path: aside, encoding })
  if (raw.kind === 'missing') {
    const isMoved = hasLogin(facts, durable) && !existsSync(from)
    // A disk that is not there now, a folder under another name: the login lies in it, and nobody else would know of it.
    if (!isMoved && !existsSync(dirname(aside))) throw notMoved(`${dirname(aside)}, in which it was set aside, is not there`)
    record(isMoved ? 'moved' : 'left')
    return { kind: isMoved ? 'moved' : 'not-begun' }
  }
  if (raw.kind === 'unusable' || loginIn({ path: aside, encoding }, facts, raw).kind !== 'stored') {
    // Somebody wrote there between the look and the rename, and it is not whole yet: it is theirs.
    putBack(aside, from)
    record('left')
    throw notMoved(`${from} was written to meanwhile`)
  }
  if (hasLogin(facts, durable)) {
    if (!isSameLogin(facts, raw.decoded, durable)) {
      record('moved')
      return { kind: 'kept-aside', path: aside }
    }
  } else {
    try {
      ensureFolder(dirname(durable))
      writeFileAtomic(durable, withWhatIsThere(facts, raw.decoded, durable), { durable: true })
      flushFolder(dirname(durable))
    } catch (error) {
      // Where it is stored all the same the next import completes it: one place must not become two.
      if (!hasLogin(facts, durable)) {
        putBack(aside, from)
        record('left')
      }
      throw error
    }
  }
  reached('import-stored')
  rmSync(aside)
  flushFolder(dirname(aside))
  reached('import-removed')
  record('moved')
  return { kind: 'moved' }
}

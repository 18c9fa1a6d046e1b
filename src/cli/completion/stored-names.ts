/**
 * The names of profiles and sessions, as their folders tell them. No daemon is asked, let alone started: that answers at once,
 * also when the daemon hangs or was stopped, and what a word may be completed to is no promise. A session without its
 * `exit.json` counts as live.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readFileIfPresent } from '../../platform/files/atomic-file.js'
import { type PerchPaths, sessionFolder } from '../../platform/paths.js'
import { DEFAULT_PROFILE } from '../../profiles/profile-name.js'
import { storedNames } from '../../profiles/store.js'
import { inertText } from '../present/inert-text.js'
import { commandText } from '../session-view.js'
import type { Candidate, CompletionSources } from './candidate.js'

/** Folder names that are sessions. */
const SESSION_ID = /^[0-9a-f]{8}$/

export function storedSources(paths: PerchPaths): CompletionSources {
  return {
    profiles: (which) => {
      const names = [...(which === 'all' ? [DEFAULT_PROFILE] : []), ...storedNames(paths)]
      return names.filter(isTypable).map((word) => ({ word, summary: 'profile' }))
    },
    sessions: (which) => sessionIds(paths).flatMap((id) => sessionCandidates(paths, id, which)),
  }
}

/** A session under its id and its name. */
function sessionCandidates(paths: PerchPaths, id: string, which: 'all' | 'live' | 'ended'): readonly Candidate[] {
  const folder = sessionFolder(paths, id)
  const hasEnded = existsSync(join(folder, 'exit.json'))
  if (which !== 'all' && hasEnded !== (which === 'ended')) return []
  const { name, profile, argv } = readFacts(folder)
  const what = [hasEnded ? 'ended' : 'live', profile, commandText(argv)].filter((part) => part !== '').join('  ')
  // By its name it is known; the id is for where several had the same.
  const named = name === '' || !isTypable(name) ? [] : [{ word: name, summary: what }]
  return [...named, { word: id, summary: name === '' ? what : `${inertText(name)}  ${what}` }]
}

interface SessionFacts {
  readonly name: string
  readonly profile: string
  readonly argv: readonly string[]
}

/** What is missing, or of another kind than it should be, is left out: a damaged session is completed by its id. */
function readFacts(folder: string): SessionFacts {
  const record = readRecord(join(folder, 'session.json'))
  const textOf = (value: unknown) => (typeof value === 'string' ? value : '')
  return {
    name: textOf(record.name),
    profile: textOf(record.profile),
    argv: Array.isArray(record.argv) ? record.argv.map(textOf) : [],
  }
}

function readRecord(path: string): Readonly<Record<string, unknown>> {
  try {
    const record: unknown = JSON.parse(readFileIfPresent(path)?.toString('utf8') ?? '{}')
    return typeof record === 'object' && record !== null ? { ...record } : {}
  } catch {
    return {}
  }
}

function sessionIds(paths: PerchPaths): readonly string[] {
  try {
    return readdirSync(join(paths.state, 'sessions')).filter((name) => SESSION_ID.test(name))
  } catch {
    // There is no state yet, or it cannot be read: then there is nothing to complete.
    return []
  }
}

/** Whether it can be put on a command line: control characters would act on the terminal there, however they are quoted. */
function isTypable(name: string): boolean {
  return inertText(name) === name
}

/**
 * What a word of the command line is, by the placeholder that help shows for it: so a new verb is completed without another
 * word about it. Where a placeholder means something else, the verb's own definition says so (`takes`). Pure.
 */

import { attentionStates } from '../../api/attention-states.js'
import { sessionStates } from '../../api/session-states.js'
import { shells } from '../values/shell.js'
import type { Takes, VerbOption, VerbPositional } from '../verb.js'

const PLACEHOLDERS: Readonly<Record<string, Takes>> = {
  PROFILE: 'profile',
  SESSION: 'session',
  FILE: 'file',
  PATH: 'file',
  DIR: 'folder',
  'COMMAND...': 'command',
  'ARGS...': 'file',
  SHELL: shells,
  AGENT: ['claude', 'codex', 'gemini', 'opencode', 'command'],
  STREAM: ['pty', 'stdout', 'stderr'],
  STATE: sessionStates,
  ATTENTION: attentionStates,
  POLICY: ['drop-oldest', 'drop-newest', 'block'],
  SIDE: ['kept', 'current'],
  SIG: ['INT', 'TERM', 'HUP', 'QUIT', 'KILL', 'STOP', 'CONT', 'USR1', 'USR2', 'WINCH'],
}

/** What an option's value is. */
export function valueTakes({ value = '', takes }: VerbOption): Takes {
  return takes ?? PLACEHOLDERS[value] ?? 'anything'
}

/** What a positional is, with the options that are given already. A bare NAME is that of a profile. */
export function positionalTakes({ name, takes, takesWith = {} }: VerbPositional, given: ReadonlySet<string>): Takes {
  const changed = Object.keys(takesWith).find((option) => given.has(option))
  if (changed !== undefined) return takesWith[changed] ?? 'anything'
  return takes ?? (name === 'NAME' ? 'profile' : (PLACEHOLDERS[name] ?? 'anything'))
}

/** What follows `--`. */
export function restTakes(name: string): Takes {
  return PLACEHOLDERS[name] ?? 'file'
}

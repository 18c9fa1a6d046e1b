/**
 * The commands that an agent runs for its hooks and its status line: a few words of a POSIX shell each, which leave a file in the
 * inbox. They print nothing of their own, need no host that lives, and never fail: a hook that fails is shown to the person. Pure.
 */
import { quotedWord } from '../../platform/shell-words.js'
import { STATUS_NAME, stagingName } from './inbox-names.js'

/** Of which more is needed than that they came. */
const TELLING = ['permission-asked', 'notified', 'turn-failed']

/** Leaves `WORD.PID`. What the hook is told is taken along only where it is needed: it may hold a prompt, or a whole file. */
export function hookCommand(inbox: string, word: string): string {
  // Not `:`, as which a shell itself ends when the file cannot be made, with a code that would stop the agent's turn.
  if (!TELLING.includes(word)) return `true 2>/dev/null >${quotedWord(`${inbox}/${word}.`)}$$; exit 0`
  const staged = `${quotedWord(`${inbox}/${stagingName(word)}.`)}$$`
  const left = `${quotedWord(`${inbox}/${word}.`)}$$`
  // A full disk that takes no document has room for a name, which says the most important of it.
  return `cat 2>/dev/null >${staged} && mv ${staged} ${left} 2>/dev/null || true 2>/dev/null >${left}; exit 0`
}

/**
 * Leaves the document as `status`, then does what the person's own status line does (`script`, a file that may be empty), with the
 * same document as its input; so what it prints and how it ends is theirs.
 */
export function statusLineCommand(inbox: string, script: string): string {
  const staged = `${quotedWord(`${inbox}/${stagingName(STATUS_NAME)}.`)}$$`
  return [
    'perch_status=$(cat)',
    `printf '%s\\n' "$perch_status" 2>/dev/null >${staged} && mv -f ${staged} ${quotedWord(`${inbox}/${STATUS_NAME}`)} 2>/dev/null`,
    `[ -s ${quotedWord(script)} ] || exit 0`,
    `printf '%s\\n' "$perch_status" | /bin/sh ${quotedWord(script)}`,
  ].join('\n')
}

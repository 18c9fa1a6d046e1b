/**
 * What `perch __complete` prints for the script of a shell: a line that says what kind of thing is completed, then a line for
 * each word that is offered. Pure.
 *
 *     words
 *     files AFTER      paths; AFTER is the beginning of the word that is no path (--cwd=)
 *     folders AFTER
 *     command N        the words from N on are a command line of their own
 */
import { inertText } from '../present/inert-text.js'
import type { Shell } from '../values/shell.js'
import { readBashWord, writeBashWord } from './bash-words.js'
import type { Candidate } from './candidate.js'
import type { Completion } from './complete-line.js'

export interface ReplyRequest {
  readonly shell: Shell
  readonly completion: Completion
  /** As the shell gave it. */
  readonly current: string
  /** Of bash: the beginning of the current word that it keeps, whatever the word becomes. */
  readonly kept: string
}

export function replyLines(request: ReplyRequest): readonly string[] {
  const { shell, completion } = request
  switch (completion.kind) {
    case 'files':
    case 'folders':
      return [`${completion.kind} ${completion.after}`.trimEnd()]
    case 'command':
      return [`command ${completion.at}`]
    case 'words':
      return ['words', ...unique(completion.candidates).flatMap((candidate) => LINES[shell](candidate, request))]
  }
}

const LINES: Readonly<Record<Shell, (candidate: Candidate, request: ReplyRequest) => readonly string[]>> = {
  // It matches nothing itself, and shows nothing but the words.
  bash: ({ word }, { current, kept }) => {
    const { text, open } = readBashWord(current)
    const keptText = readBashWord(kept).text
    if (!word.startsWith(text) || !word.startsWith(keptText)) return []
    // The quote is closed here: bash does so for names of files only.
    return [`${writeBashWord(word.slice(keptText.length), open)}${goesOn(word) ? '' : open}`]
  },
  // As `_describe` reads it; the first character says whether the word goes on after it.
  zsh: ({ word, summary }) => [`${goesOn(word) ? '+' : ' '}${word.replace(/[\\:]/g, '\\$&')}:${shown(summary)}`],
  fish: ({ word, summary }) => [`${word}\t${shown(summary)}`],
  pwsh: ({ word, summary }, { current }) => (word.startsWith(current) ? [`${word}\t${shown(summary)}`] : []),
}

/** `tail:` is only the beginning of a word. */
function goesOn(word: string): boolean {
  return /[:=.]$/.test(word)
}

/** A command may be as long as it likes; a line of a menu may not. */
const SUMMARY_LIMIT = 100

function shown(summary: string): string {
  const text = inertText(summary)
  return text.length > SUMMARY_LIMIT ? `${text.slice(0, SUMMARY_LIMIT)}...` : text
}

/** The first of each word: ended sessions may have had the same name. */
function unique(candidates: readonly Candidate[]): readonly Candidate[] {
  return [...new Map([...candidates].reverse().map((candidate) => [candidate.word, candidate])).values()].reverse()
}

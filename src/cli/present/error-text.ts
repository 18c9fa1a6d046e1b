/** Messages and errors as text for people, and errors as a document for programs. Pure. */
import { messageOf, PerchError } from '../../platform/perch-error.js'
import { wrapText } from './display-width.js'
import { inertLines } from './inert-text.js'

/** What happened, and under it what to do. `width` is in columns of the terminal, infinite where there is none. */
export function errorText(error: unknown, width: number): string {
  const { message, hint } = errorDocument(error)
  return messageText(`perch: ${message}`, width) + (hint === null ? '' : messageText(`  ${hint}`, width))
}

/** Lines broken between words where there is a terminal, what follows the first indented. */
export function messageText(message: string, width: number): string {
  const lines = inertLines(message).split('\n')
  const wrapped = lines.flatMap((line) => {
    const indent = /^ */.exec(line)?.[0] ?? ''
    return wrapText(line.trimStart(), width - 2 - indent.length).map((part, index) => (index === 0 ? indent : '  ') + part)
  })
  return `${wrapped.join('\n')}\n`
}

/** The `error` of the document for `--json`. */
export function errorDocument(error: unknown): { readonly code: string; readonly message: string; readonly hint: string | null } {
  if (error instanceof PerchError) return { code: error.code, message: error.message, hint: error.hint ?? null }
  return { code: 'internal', message: messageOf(error), hint: 'This is a bug in perch; PERCH_LOG=debug shows where.' }
}

/** Findings of `perch doctor` in words. Pure. */
import type { Finding } from '../doctor/finding.js'

const LABELS = { problem: 'PROBLEM', warning: 'warning', note: 'note' } as const
const INDENT = '         '

/** One line for what it is, and one each for what it means and what to do. */
export function findingLines(
  { code, level, subject, text, meaning, fix, repair }: Finding,
  repaired: { readonly done: boolean; readonly why: string | null } | null,
): readonly string[] {
  const about = subject === null ? '' : `${subject}: `
  const lines = [`${LABELS[level].padEnd(INDENT.length)}${about}${text} [${code}]`]
  if (meaning !== null) lines.push(`${INDENT}${meaning}`)
  if (repaired?.done) lines.push(`${INDENT}fixed`)
  else if (repaired) lines.push(`${INDENT}could not be fixed: ${repaired.why}`)
  if (fix !== null && !repaired?.done)
    lines.push(`${INDENT}fix: ${fix}${repair && !repaired ? ' (perch doctor --fix does it)' : ''}`)
  return lines
}

/** What is left, as a sentence. */
export function summaryText(left: readonly Finding[]): string {
  const count = (level: Finding['level']) => left.filter((finding) => finding.level === level).length
  const [problems, warnings] = [count('problem'), count('warning')]
  if (problems === 0 && warnings === 0) return 'Everything is well.'
  const parts = [plural(problems, 'problem'), plural(warnings, 'warning')].filter((part) => part !== '')
  return `${parts.join(' and ')}.`
}

function plural(count: number, word: string): string {
  if (count === 0) return ''
  return count === 1 ? `1 ${word}` : `${count} ${word}s`
}

/** What `perch env` prints, evaluated by the shells that it is printed for. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inertText } from '../../../src/cli/present/inert-text.js'
import { exportLines } from '../../../src/cli/shell/export-lines.js'
import { quotedFor } from '../../../src/cli/shell/quoting.js'
import { shells } from '../../../src/cli/values/shell.js'
import { requires } from '../../kit/requirement.js'
import { hostileText, hostileTexts } from './hostile-text.js'

const TEXTS = hostileTexts(300)
const VARIABLES = Object.fromEntries(TEXTS.map((text, index) => [`V${index}`, text]))

/** Evaluates the lines in a shell that has REMOVED and KEPT, and tells its environment. */
function evaluated(shell: string, args: readonly string[], lines: readonly string[]): Readonly<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'lines-'))
  try {
    const script = join(folder, 'script')
    writeFileSync(script, `${lines.join('\n')}\nexec env -0\n`)
    const env = { PATH: process.env.PATH, HOME: folder, LANG: 'C.UTF-8', REMOVED: 'x', KEPT: 'x' }
    const output = execFileSync(shell, [...args, script], { env, encoding: 'utf8' })
    const entries = output.split('\0').filter((entry) => entry !== '')
    return Object.fromEntries(entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('what a shell evaluates', () => {
  for (const [shell, args] of [
    ['bash', ['--norc']],
    ['bash', ['--posix', '--norc']],
    ['zsh', ['-f']],
    ['zsh', ['-f', '-o', 'rcquotes', '-o', 'extendedglob']],
    ['fish', ['--no-config']],
  ] as const) {
    test(`as ${shell} ${args.join(' ')}: every value comes out as it was`, (context) => {
      requires(context, shell)
      const { lines } = exportLines(shell, { set: VARIABLES, unset: ['REMOVED', 'NEVER_SET'] })
      const env = evaluated(shell, args, lines)
      expect(Object.fromEntries(Object.keys(VARIABLES).map((name) => [name, env[name]]))).toEqual(VARIABLES)
      expect([env.REMOVED, env.KEPT]).toEqual([undefined, 'x'])
    })
  }

  test('a careless eval $(…), which joins the lines, still keeps them apart', (context) => {
    requires(context, 'bash')
    const { lines } = exportLines('bash', { set: { A: 'one', B: 'two' }, unset: ['REMOVED', 'A'] })
    expect(evaluated('bash', ['--norc'], [lines.join(' ')])).toMatchObject({ A: 'one', B: 'two' })
  })
})

test('is one line of harmless characters for every shell', () => {
  fc.assert(
    fc.property(hostileText, fc.constantFrom(...shells), (text, shell) => {
      const quoted = quotedFor(shell, text)
      expect(inertText(quoted)).toBe(quoted)
    }),
  )
})

test('for PowerShell a text is one string, or a sum of strings and characters', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      expect(asPowerShellReads(quotedFor('pwsh', text))).toBe(text)
    }),
  )
})

test('a name that no shell can set is told, and not printed', () => {
  expect(exportLines('bash', { set: { 'a-b': 'x', OK: 'y' }, unset: ['c%%'] })).toEqual({
    lines: ["export OK='y';"],
    impossible: ['a-b'],
  })
})

/** By the rules of its language: about_Quoting_Rules; each of the four kinds of single quote ends a string unless doubled. */
function asPowerShellReads(expression: string): string {
  const term =
    /^(?:'((?:[^'\u2018\u2019\u201a\u201b]|(['\u2018\u2019\u201a\u201b])['\u2018\u2019\u201a\u201b])*)'|\[char\](\d+))(?: \+ |$)/
  let [text, rest] = ['', expression]
  while (rest !== '') {
    const match = term.exec(rest)
    if (match === null) throw new Error(`not a term: ${rest}`)
    const [whole, , , code] = match
    const inner = whole.replace(/ \+ $/, '').slice(1, -1)
    text += code === undefined ? inner.replaceAll(/(['\u2018\u2019\u201a\u201b])\1/g, '$1') : String.fromCharCode(Number(code))
    rest = rest.slice(whole.length)
  }
  return text
}

/** What a shim's shell evaluates, evaluated by the shells that are /bin/sh somewhere. */
import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { finalCommand, unkeptVariables } from '../../src/shim/final-command.js'
import { hostileTexts } from '../cli/shell/hostile-text.js'
import { requires } from '../kit/requirement.js'

const TEXTS = hostileTexts(100)
const NOTHING = { args: [], set: {}, unset: [], dropped: {} }
const TELL = 'process.stdout.write(JSON.stringify({ args: process.argv.slice(1), env: process.env }))'

/** Evaluates the command in a shell with these arguments: what the program that it becomes was given. */
function became(shell: readonly string[], command: string, args: readonly string[], env: Readonly<Record<string, string>>) {
  const [program = '', ...options] = shell
  const words = [...options, '-c', 'command=$1; shift; eval "$command"', 'sh', command, ...args]
  const told = execFileSync(program, words, { env: { PATH: process.env.PATH, ...env }, encoding: 'utf8' })
  return JSON.parse(told) as { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> }
}

describe('the final command', () => {
  for (const shell of [['dash'], ['bash', '--norc'], ['bash', '--norc', '--posix']] as const) {
    test(`in ${shell.join(' ')}: arguments and variables are what they were`, (context) => {
      requires(context, shell[0])
      const [own, given] = [TEXTS.slice(0, 50), TEXTS.slice(50)]
      const set = Object.fromEntries(own.map((text, index) => [`V${index}`, text]))
      const args = ['-e', TELL, '--', ...own]
      const command = finalCommand({ ...NOTHING, program: process.execPath, args, set, unset: ['REMOVED', 'NEVER'] })
      const told = became(shell, command, given, { REMOVED: 'x', KEPT: 'x' })
      expect(told.args).toEqual([...own, ...given])
      expect(told.env).toMatchObject({ ...set, KEPT: 'x' })
      expect(told.env).not.toHaveProperty('REMOVED')
    })

    test(`in ${shell.join(' ')}: what the shell cannot keep reaches the program all the same`, (context) => {
      requires(context, shell[0])
      const dropped = { 'BASH_FUNC_f%%': "() { echo 'hi'; }", 'npm_config_@s:registry': 'x y', 'of-profile': 'old' }
      const set = { 'of-profile': 'new' }
      const command = finalCommand({ ...NOTHING, program: process.execPath, args: ['-e', TELL, '--'], set, dropped })
      expect(became(shell, command, [], {}).env).toMatchObject({ ...dropped, ...set })
    })
  }

  test('nothing that is unset comes back', () => {
    const command = finalCommand({ ...NOTHING, program: '/p', dropped: { 'a-b': 'x' }, unset: ['a-b'] })
    expect(command).toBe(`exec '/p' "$@"\n`)
  })
})

test('of an environment those are told whose names are no identifiers', () => {
  const environment = 'PATH=/bin\0BASH_FUNC_f%%=() {  a=b\n}\0=odd\0_x=1\0a.b=\0broken\0'
  expect(unkeptVariables(environment)).toEqual({ 'BASH_FUNC_f%%': '() {  a=b\n}', 'a.b': '' })
})

/** The command line as people type it, against the verbs that perch really has. */
import { describe, expect, test } from 'vitest'
import { asksForJson, parseCommandLine } from '../../src/cli/arguments.js'
import type { Invocation } from '../../src/cli/verb.js'
import { verbs } from '../../src/cli/verb-table.js'
import { PerchError } from '../../src/platform/perch-error.js'

function invocationOf(...args: readonly string[]): Invocation {
  const line = parseCommandLine(args, verbs)
  if (line.kind !== 'verb') throw new Error(`${args.join(' ')} is ${line.kind}`)
  return line.invocation
}

function refusalOf(...args: readonly string[]): {
  readonly code: string
  readonly message: string
  readonly hint: string | undefined
} {
  try {
    parseCommandLine(args, verbs)
  } catch (error) {
    if (error instanceof PerchError) return { code: error.code, message: error.message, hint: error.hint }
    throw error
  }
  throw new Error(`${args.join(' ')} was accepted`)
}

describe('what is meant', () => {
  test('everything after -- is passed on untouched, options of perch included', () => {
    const { positionals, rest, flags } = invocationOf('run', 'work', '-d', '--', '-p', '--json', '--', '--help', '')
    expect(positionals).toEqual(['work'])
    expect(rest).toEqual(['-p', '--json', '--', '--help', ''])
    expect([...flags]).toEqual(['detach'])
  })

  test('options may stand before and after the positionals, in every form', () => {
    const { positionals, values, flags } = invocationOf(
      'run',
      '-n',
      'a',
      '--size=80x24',
      'work',
      '--label',
      'x=1',
      '--label=y=2',
      '-d',
    )
    expect(positionals).toEqual(['work'])
    expect(values.get('name')).toEqual(['a'])
    expect(values.get('size')).toEqual(['80x24'])
    expect(values.get('label')).toEqual(['x=1', 'y=2'])
    expect(flags.has('detach')).toBe(true)
  })

  test('a value may begin with a dash, as a negative number does', () => {
    expect(invocationOf('run', '--nice', '-5').values.get('nice')).toEqual(['-5'])
  })

  test('a verb without a rest takes what follows -- as ordinary arguments', () => {
    expect(invocationOf('send', 's', '--', '-x', '--enter').positionals).toEqual(['s', '-x', '--enter'])
  })

  test('verbs of two words', () => {
    expect(invocationOf('profile', 'add', 'work', '--agent', 'claude').positionals).toEqual(['work'])
    expect(parseCommandLine(['profile', '--help'], verbs)).toEqual({ kind: 'help', topic: 'profile' })
  })

  test.each([
    [[], { kind: 'help', topic: undefined }],
    [['--help'], { kind: 'help', topic: undefined }],
    [['help'], { kind: 'help', topic: undefined }],
    [['help', 'run'], { kind: 'help', topic: 'run' }],
    [['help', 'profile', 'add'], { kind: 'help', topic: 'profile add' }],
    [['run', '--help'], { kind: 'help', topic: 'run' }],
    [['exec', '-h'], { kind: 'help', topic: 'exec' }],
    [['--version'], { kind: 'version' }],
  ])('%j asks for help or the version', (args, expected) => {
    expect(parseCommandLine(args, verbs)).toEqual(expected)
  })

  test('--json counts only before --', () => {
    expect(asksForJson(['ls', '--json'])).toBe(true)
    expect(asksForJson(['exec', '--', 'x', '--json'])).toBe(false)
  })
})

describe('what is wrong, and what was probably meant', () => {
  test.each<[readonly string[], string, string | RegExp]>([
    [['lss'], 'there is no command lss', 'Did you mean perch ls?'],
    [['atach'], 'there is no command atach', 'Did you mean perch attach?'],
    [['zzzzzzzz'], 'there is no command zzzzzzzz', 'perch help lists the commands.'],
    [['profile', 'sohw', 'x'], 'there is no command perch profile sohw', 'Did you mean perch profile show?'],
    [['profile'], 'perch profile needs one of: add, ls, show, set, rename, rm, accept', /./],
    [['--jsn'], 'there is no option --jsn before a command', /./],
    [['ls', '--al'], 'perch ls has no option --al', 'Did you mean --all?'],
    [['run', '--model', 'x'], 'perch run has no option --model', 'Options for the program go after --.'],
    [['ls', '--all=yes'], '--all of perch ls takes no value', 'See: perch help ls'],
    [['run', '--cwd'], '--cwd of perch run needs a value: DIR', 'See: perch help run'],
    [['run', '--cwd', '--json'], '--cwd of perch run needs a value: DIR', 'See: perch help run'],
    [['run', '--cwd', 'a', '--cwd', 'b'], '--cwd of perch run was given twice', 'See: perch help run'],
    [['show'], 'perch show needs SESSION', 'See: perch help show'],
    [['resize', 's'], 'perch resize needs COLSxROWS', 'See: perch help resize'],
    [['run', 'work', 'hello'], 'perch run does not know what to do with hello', /after --: perch run … -- hello/],
    [['show', 'a', 'b'], 'perch show does not know what to do with b', 'See: perch help show'],
    [['help', 'atach'], 'there is no command atach', 'Did you mean perch attach?'],
  ])('%j', (args, message, hint) => {
    const refusal = refusalOf(...args)
    expect(refusal).toMatchObject({ code: 'usage', message })
    expect(refusal.hint).toMatch(hint)
  })

  test.each([[['exec']], [['exec', '--']], [['exec', 'work', '-d']]])('%j has no command to run', (args) => {
    expect(refusalOf(...args).code).toBe('empty-command')
  })
})

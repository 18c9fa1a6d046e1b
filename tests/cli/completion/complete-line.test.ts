/** What may stand at the cursor, for the verbs that perch really has. */
import { describe, expect, test } from 'vitest'
import { builtInAgents } from '../../../src/agents/built-in-agents.js'
import type { CompletionSources } from '../../../src/cli/completion/candidate.js'
import { type Completion, completeLine } from '../../../src/cli/completion/complete-line.js'
import { optionsOf } from '../../../src/cli/completion/given-words.js'
import { verbs } from '../../../src/cli/verb-table.js'

const named = (...words: readonly string[]) => words.map((word) => ({ word, summary: '' }))

const sources: CompletionSources = {
  profiles: (which) => (which === 'all' ? named('default', 'work') : named('work')),
  sessions: (which) => [...(which === 'ended' ? [] : named('alive')), ...(which === 'live' ? [] : named('dead'))],
}

/** The last word is the one at the cursor. */
function complete(...line: readonly string[]): Completion {
  return completeLine({ words: line.slice(0, -1), current: line.at(-1) ?? '', verbs, sources })
}

function words(...line: readonly string[]): readonly string[] {
  const completion = complete(...line)
  if (completion.kind !== 'words') throw new Error(`${line.join(' ')} is completed with ${completion.kind}`)
  return completion.candidates.map(({ word }) => word)
}

describe('every verb of the table', () => {
  test.each(verbs.map(({ name }) => name))('%s is offered, by each of its words', (name) => {
    const [first = '', second] = name.split(' ')
    expect(words('')).toContain(first)
    expect(words('help', '')).toContain(first)
    if (second === undefined) return
    expect(words(first, '')).toContain(second)
    expect(words('help', first, '')).toContain(second)
  })

  test.each(verbs.map((verb) => [verb.name, verb] as const))('%s has all of its options offered', (name, verb) => {
    const offered = words(...name.split(' '), '-')
    for (const [option, { short }] of Object.entries(optionsOf(verb))) {
      expect(offered).toContain(`--${option}`)
      if (short !== undefined) expect(offered).toContain(`-${short}`)
    }
    expect(offered.includes('--')).toBe(verb.rest !== undefined)
  })

  test('names what it takes by a placeholder that is completed, or says that it can be anything', () => {
    const open = verbs.flatMap(({ name, options = {}, positionals = [] }) => [
      ...Object.values(options).flatMap((option) => (option.value === undefined ? [] : [[name, option.value, option.takes]])),
      ...positionals.map((positional) => [name, positional.name, positional.takes]),
    ])
    const unknown = open.filter(([, placeholder, takes]) => takes === undefined && /^[A-Z]+$/.test(String(placeholder)))
    const placeholders = new Set(unknown.map(([, placeholder]) => placeholder))
    const completed = [
      'PROFILE',
      'SESSION',
      'FILE',
      'PATH',
      'DIR',
      'SHELL',
      'AGENT',
      'STREAM',
      'STATE',
      'ATTENTION',
      'POLICY',
      'SIDE',
      'SIG',
    ]
    const anything = ['NAME', 'T', 'N', 'REGEX', 'CMD', 'SIZE', 'KEYS', 'DURATION', 'TEXT', 'ATTACHMENT', 'TEE', 'ID']
    expect([...placeholders].filter((one) => ![...completed, ...anything].includes(String(one)))).toEqual([])
  })
})

describe('what a verb takes', () => {
  test.each([
    [['attach', ''], ['alive']],
    [
      ['logs', ''],
      ['alive', 'dead'],
    ],
    [['rm', ''], ['dead']],
    [
      ['rm', '-f', ''],
      ['alive', 'dead'],
    ],
    [
      ['rm', 'dead', '--force', ''],
      ['alive', 'dead'],
    ],
    [['kill', 'alive', ''], ['alive']],
    [
      ['run', ''],
      ['default', 'work'],
    ],
    [
      ['run', '-n', 'x', '-d', ''],
      ['default', 'work'],
    ],
    [
      ['run', '-dn', 'x', ''],
      ['default', 'work'],
    ],
    [
      ['ls', '--profile', ''],
      ['default', 'work'],
    ],
    [['profile', 'rm', ''], ['work']],
    [['profile', 'add', ''], []],
    [['profile', 'add', 'x', '--agent', ''], builtInAgents.map(({ name }) => name)],
    [
      ['sync', 'status', ''],
      ['default', 'work'],
    ],
    [
      ['ls', '--state', ''],
      ['starting', 'running', 'exited', 'lost'],
    ],
    [
      ['ls', '--state='],
      ['--state=starting', '--state=running', '--state=exited', '--state=lost'],
    ],
    [
      ['attach', 'alive', '--stream', ''],
      ['pty', 'stdout', 'stderr'],
    ],
    [
      ['attach', '--from', ''],
      ['screen', 'live', 'tail:'],
    ],
    [
      ['tee', 'alive', '--stream', ''],
      ['stdout', 'stderr', 'pty', 'stdin'],
    ],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish', 'pwsh'],
    ],
    [
      ['tee', ''],
      ['ls', 'rm', 'alive'],
    ],
    [
      ['tee', 'ls', ''],
      ['alive', 'dead'],
    ],
    [['run', '-n', ''], []],
    [['nothing', ''], []],
    [['help', 'profile', 'ls', ''], []],
    [
      ['logs', '--', ''],
      ['alive', 'dead'],
    ],
    [
      ['logs', '--', '-'],
      ['alive', 'dead'],
    ],
  ])('%j: %j', (line, expected) => {
    expect(words(...line)).toEqual(expected)
  })

  test('files and folders are left to the shell', () => {
    expect(complete('run', '--cwd', '')).toEqual({ kind: 'folders', after: '' })
    expect(complete('run', '--cwd=sr')).toEqual({ kind: 'folders', after: '--cwd=' })
    expect(complete('record', 'export', 'alive', '')).toEqual({ kind: 'files', after: '' })
    expect(complete('tee', 'alive', '--file', '')).toEqual({ kind: 'files', after: '' })
  })

  test('what follows -- is a command line of its own, or arguments of an agent', () => {
    expect(complete('exec', 'work', '-d', '--', 'git', 'ch')).toEqual({ kind: 'command', at: 4 })
    expect(complete('profile', 'add', 'x', '--command', '--', '')).toEqual({ kind: 'command', at: 5 })
    expect(complete('run', '--', '-p', '')).toEqual({ kind: 'files', after: '' })
  })

  test('an option that was given is not offered again, unless it may be', () => {
    const offered = words('run', '-d', '--label', 'a=b', '--name=x', '-')
    expect(offered).toContain('--label')
    for (const gone of ['--detach', '-d', '--name', '-n']) expect(offered).not.toContain(gone)
  })

  test('where nothing else fits, the options are', () => {
    expect(words('prune', '')).toContain('--older')
    expect(words('daemon', 'status', '')).toEqual(['--json', '--help', '-h'])
  })

  test('the options of perch itself', () => {
    expect(words('--')).toEqual(expect.arrayContaining(['--help', '--version']))
  })
})

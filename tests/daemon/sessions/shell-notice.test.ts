import { expect, test } from 'vitest'
import { claude } from '../../../src/agents/claude.js'
import { command } from '../../../src/agents/command.js'
import { type ShellQuestion, shellNotices } from '../../../src/daemon/sessions/shell-notice.js'

const asked = (args: readonly string[], more: Partial<ShellQuestion['plan']> = {}): ShellQuestion => ({
  plan: {
    runsAgent: true,
    agent: command,
    profile: { name: 'default', command: null },
    command: ['/bin/bash'],
    args,
    ...more,
  },
  cwd: '/',
  path: '/usr/bin:/bin',
})

test.each([[['ls', '-l']], [['/bin/ls']], [['bin/ls']]])(
  '%j: the shell takes the program for a script, and that is said',
  (args) => {
    expect(shellNotices(asked(args))).toEqual([
      `the arguments go to /bin/bash, which is what the profile default runs; a program runs with: perch exec -- ${args[0]}`,
    ])
  },
)

test.each([
  ['no argument', asked([])],
  ['an option of the shell', asked(['-c', 'ls'])],
  ['a script', asked(['no-such-program'])],
  ['an agent', asked(['ls'], { agent: claude })],
  ['a command', asked(['ls'], { runsAgent: false })],
  ['a shell that the person chose', asked(['ls'], { profile: { name: 'default', command: ['sh'] } })],
])('%s is nothing to be told of', (_, question) => {
  expect(shellNotices(question)).toEqual([])
})

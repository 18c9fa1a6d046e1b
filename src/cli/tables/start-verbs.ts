/** The verbs that start sessions, as data. */
import type { VerbDefinition, VerbOption } from '../verb.js'
import { DETACH_KEYS } from './session-verbs.js'

const START_OPTIONS: Readonly<Record<string, VerbOption>> = {
  profile: { value: 'PROFILE', summary: 'the same as PROFILE in front (default: perch which)' },
  name: { short: 'n', value: 'NAME', summary: 'a name for it, unique among live sessions' },
  detach: { short: 'd', summary: 'start it in the background and print its id' },
  pipe: { summary: 'with pipes, also on a terminal' },
  pty: { summary: 'with a terminal of its own, also without one here' },
  'merge-stderr': { summary: 'with pipes: one pipe for output and errors' },
  cwd: { value: 'DIR', summary: 'its working folder (default: this one)' },
  size: { value: 'COLSxROWS', summary: 'the size of its terminal' },
  label: { value: 'K=V', repeatable: true, summary: 'a label to find it by; may be repeated' },
  env: { value: 'K=V', repeatable: true, summary: 'a variable for it; may be repeated' },
  originator: { value: 'NAME', summary: 'who started it' },
  nice: { value: 'N', summary: 'its priority, -20 to 19' },
  'detach-keys': DETACH_KEYS,
}

const HOW = [
  'On a terminal you are attached to it, and Ctrl-\\ leaves it running. Without one (a script, a pipe), input and output are',
  'passed through byte for byte. Either way the exit code is that of the program.',
].join(' ')

export const startVerbs: readonly VerbDefinition[] = [
  {
    name: 'run',
    summary: 'start the agent of a profile',
    details: [HOW],
    positionals: [{ name: 'PROFILE', optional: true }],
    options: START_OPTIONS,
    rest: { name: 'ARGS...' },
    load: () => import('../verbs/run.js'),
  },
  {
    name: 'exec',
    summary: 'start any command in the environment of a profile',
    details: [HOW],
    positionals: [{ name: 'PROFILE', optional: true }],
    options: START_OPTIONS,
    rest: { name: 'COMMAND...', required: true },
    load: () => import('../verbs/exec.js'),
  },
  {
    name: 'resume',
    summary: 'continue the conversation of a session that has ended',
    details: [
      "In the same folder, by the agent's own means, under the profile that it had or another one of the same agent. SESSION may also be the id that the agent gave the conversation, or the file that it keeps of it.",
      'After a restart of the machine, --all continues every conversation that was cut off, in the background.',
    ],
    positionals: [{ name: 'SESSION', optional: true }],
    options: {
      profile: { value: 'PROFILE', summary: 'under this one' },
      all: { summary: 'all that were lost, with a machine or a host' },
      end: { summary: 'a session that still runs is ended first' },
      name: { short: 'n', value: 'NAME', summary: 'a name for it (default: the one that it had)' },
      detach: { short: 'd', summary: 'in the background; prints its id' },
      label: { value: 'K=V', repeatable: true, summary: 'a label besides those that it had; may be repeated' },
      'detach-keys': DETACH_KEYS,
    },
    rest: { name: 'ARGS...' },
    load: () => import('../verbs/resume.js'),
  },
]

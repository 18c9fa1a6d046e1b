/** The verbs that work with profiles, as data. */
import type { VerbDefinition } from '../verb.js'

const NAME = { name: 'NAME' } as const

export const profileVerbs: readonly VerbDefinition[] = [
  {
    name: 'profile add',
    summary: 'create a profile, and say how to log in to it',
    positionals: [NAME],
    options: {
      agent: { value: 'AGENT', summary: 'claude (default), codex, gemini, opencode, command, or one of agents.d' },
      env: { value: 'K=V', repeatable: true, summary: 'a variable for its programs; may be repeated' },
      command: { summary: 'of the agent "command": what it runs follows --' },
    },
    rest: { name: 'COMMAND...' },
    load: () => import('../verbs/profile-add.js'),
  },
  { name: 'profile ls', summary: 'the profiles', load: () => import('../verbs/profile-ls.js') },
  {
    name: 'profile show',
    summary: 'everything about a profile',
    positionals: [NAME],
    load: () => import('../verbs/profile-show.js'),
  },
  {
    name: 'profile rm',
    summary: 'remove a profile with its login',
    positionals: [NAME],
    options: { yes: { short: 'y', summary: 'without asking' } },
    load: () => import('../verbs/profile-rm.js'),
  },
  {
    name: 'which',
    summary: 'the profile that would be used here',
    options: { explain: { summary: 'and why' } },
    load: () => import('../verbs/which.js'),
  },
]

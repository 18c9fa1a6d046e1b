/** The verbs that work with profiles, as data. */
import type { VerbDefinition } from '../verb.js'

const NAME = { name: 'NAME' } as const

/** For completion; what they mean is in `profiles/profile-keys.ts`. */
const PROFILE_KEYS = [
  'agent=',
  'isolated=',
  'share=',
  'private=',
  'env.',
  'settings.',
  'command=',
  'api-key-command=',
  'base-url=',
  'warn-at=',
]

export const profileVerbs: readonly VerbDefinition[] = [
  {
    name: 'profile add',
    summary: 'create a profile, and say how to log in to it',
    positionals: [{ ...NAME, takes: 'anything' }],
    options: {
      agent: { value: 'AGENT', summary: 'claude (default), codex, gemini, opencode, command, or one of agents.d' },
      env: { value: 'K=V', repeatable: true, summary: 'a variable for its programs; may be repeated' },
      command: { summary: 'of the agent "command": what it runs follows --' },
      login: { summary: 'then log in to it' },
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
    name: 'profile set',
    summary: 'change what a profile says in profile.toml',
    details: [
      'Keys: agent, command, api-key-command, base-url, warn-at, isolated, share, private (lists: a,b), env.NAME, settings.KEY (JSON, or text).',
      'All changes are made, or none. What a runtime is built from (all but env, command, base-url, warn-at) changes only while no session of the profile lives; sessions that run keep what they were started with.',
      'The file is rewritten: of one that had comments the old text is kept as profile.toml.before.',
      'Example: perch profile set work env.LANG=C warn-at=80',
    ],
    positionals: [
      { ...NAME, takes: 'made-profile' },
      { name: 'KEY=VALUE', takes: PROFILE_KEYS, optional: true, repeatable: true },
    ],
    options: {
      unset: {
        value: 'KEY',
        takes: PROFILE_KEYS.map((key) => key.replace('=', '')),
        repeatable: true,
        summary: 'take a key away; may be repeated',
      },
    },
    load: () => import('../verbs/profile-set.js'),
  },
  {
    name: 'profile rename',
    summary: 'give a profile another name, with its login',
    details: [
      'Only while no session of it lives. The folder of its runtime has another path afterwards; a login that macOS keeps in the keychain stays behind, and is made again.',
    ],
    positionals: [
      { name: 'OLD', takes: 'made-profile' },
      { name: 'NEW', takes: 'anything' },
    ],
    load: () => import('../verbs/profile-rename.js'),
  },
  {
    name: 'profile rm',
    summary: 'remove a profile with its login',
    positionals: [{ ...NAME, takes: 'made-profile' }],
    options: { yes: { short: 'y', summary: 'without asking' } },
    load: () => import('../verbs/profile-rm.js'),
  },
]

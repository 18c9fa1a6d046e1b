/** The verbs that log in and out, as data. */
import type { VerbDefinition } from '../verb.js'
import { DETACH_KEYS } from './session-verbs.js'

const HOW = [
  "Runs the agent's own command for it in the profile's runtime; arguments after -- are given to it. What it showed is not kept.",
  'A key that it reads comes from standard input: pass show work | perch login work -- --with-api-key',
].join(' ')

export const accountVerbs: readonly VerbDefinition[] = [
  {
    name: 'login',
    summary: "log in to a profile, by the agent's own flow",
    details: [HOW],
    positionals: [{ name: 'NAME' }],
    options: { 'detach-keys': DETACH_KEYS },
    rest: { name: 'ARGS...' },
    load: () => import('../verbs/login.js'),
  },
  {
    name: 'logout',
    summary: "log out of a profile, by the agent's own command",
    positionals: [{ name: 'NAME' }],
    options: { 'detach-keys': DETACH_KEYS },
    rest: { name: 'ARGS...' },
    load: () => import('../verbs/logout.js'),
  },
  {
    name: 'profile accept',
    summary: 'the account that it is logged in with now is the right one',
    details: ['perch warns when another account has logged in inside a profile, until this is said or perch login was used.'],
    positionals: [{ name: 'NAME' }],
    load: () => import('../verbs/profile-accept.js'),
  },
]

/** The verbs that choose which profile is used, as data. */
import type { VerbDefinition } from '../verb.js'

const DIR = { name: 'DIR', optional: true } as const

export const choiceVerbs: readonly VerbDefinition[] = [
  {
    name: 'use',
    summary: 'choose the default profile, or tell which it is',
    details: [
      'It is used where no profile is asked for, PERCH_PROFILE is not set, and no folder around has a rule.',
      '"perch use default" goes back to the built-in one: the first agent found, on its plain home.',
    ],
    positionals: [{ name: 'NAME', optional: true }],
    load: () => import('../verbs/use.js'),
  },
  {
    name: 'map',
    summary: 'use a profile in a folder and everything below it, or list these rules',
    details: [
      'DIR is this folder when left out. The rule of the nearest folder counts; a folder has one, and a new one takes its place.',
      'Rules are kept in your own state folder. Nothing inside a folder can choose a profile for you.',
      'Examples: perch map client-a ~/src/client-a; perch map default ~/src/client-a/oss; perch map',
    ],
    positionals: [{ name: 'NAME', optional: true }, DIR],
    load: () => import('../verbs/map.js'),
  },
  {
    name: 'unmap',
    summary: 'take the rule of a folder away, also of one that is gone',
    positionals: [DIR],
    load: () => import('../verbs/unmap.js'),
  },
  {
    name: 'which',
    summary: 'the profile that would be used here',
    details: ['An argument or --profile of a command comes first, then PERCH_PROFILE, the rule of a folder, the default.'],
    options: { explain: { summary: 'and why: every rule, and which one decides' } },
    load: () => import('../verbs/which.js'),
  },
  {
    name: 'env',
    summary: 'the environment of a profile, to be evaluated by a shell',
    details: [
      'For tools and editors that perch does not start. Without NAME: of the profile that applies here.',
      'bash, zsh: eval "$(perch env work)"; fish: perch env work | source; PowerShell: perch env work | Out-String | Invoke-Expression.',
      "It shows the values of the profile's variables, keys too. What it names stays until --unpin or perch profile rm: a shell or an editor may use it at any time.",
    ],
    positionals: [{ name: 'NAME', optional: true }],
    options: {
      shell: { value: 'SHELL', summary: 'bash, zsh, fish or pwsh (default: the one you are in)' },
      unpin: { summary: 'nobody uses it any more: let its folder go' },
    },
    load: () => import('../verbs/env.js'),
  },
]

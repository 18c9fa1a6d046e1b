/** The verbs about shims, as data. */
import type { VerbDefinition } from '../verb.js'

const AGENT = { name: 'AGENT', optional: true, repeatable: true } as const

export const shimVerbs: readonly VerbDefinition[] = [
  {
    name: 'shim install',
    summary: 'let plain "claude" (codex, …) use the profile that applies',
    details: [
      "Puts small programs of the agents' names into a folder of perch, and says which line puts that folder first on PATH; it changes no file of yours.",
      'A shim becomes the real program: the same process, terminal, arguments, signals and exit code, without a session. It needs no daemon.',
      'Without AGENT: those that are installed.',
    ],
    positionals: [AGENT],
    options: { shell: { value: 'SHELL', summary: 'bash, zsh, fish or pwsh (default: the one you are in)' } },
    load: () => import('../verbs/shim-install.js'),
  },
  {
    name: 'shim uninstall',
    summary: 'take the shims away, or some of them',
    positionals: [AGENT],
    load: () => import('../verbs/shim-uninstall.js'),
  },
  {
    name: 'shim status',
    summary: 'which shims there are, and whether your shell finds them',
    load: () => import('../verbs/shim-status.js'),
  },
]

/** The verb that makes shells complete the others, as data. */
import type { VerbDefinition } from '../verb.js'

export const completionVerbs: readonly VerbDefinition[] = [
  {
    name: 'completion',
    summary: 'the script that completes perch in a shell',
    details: [
      'One line in the start file of the shell loads it. bash (~/.bashrc): eval "$(perch completion bash)"',
      'zsh (~/.zshrc, after compinit): eval "$(perch completion zsh)"',
      'fish (~/.config/fish/config.fish): perch completion fish | source',
      'pwsh ($PROFILE): perch completion pwsh | Out-String | Invoke-Expression',
      'It completes what this perch knows: after an upgrade it need not be loaded again. It starts no daemon.',
    ],
    positionals: [{ name: 'SHELL' }],
    load: () => import('../verbs/completion.js'),
  },
]

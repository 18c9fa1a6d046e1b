/** The verb that takes over what other tools and folders hold, as data. */
import type { VerbDefinition } from '../verb.js'

export const importVerbs: readonly VerbDefinition[] = [
  {
    name: 'import',
    summary: 'make profiles of what clauth, claude-swap and other config folders hold',
    details: [
      'Looks at ~/.clauth, at the folder of claude-swap, and at config folders beside the plain home (~/.claude-work). With PATHs at those only. Makes a profile for each account, under its name there.',
      'A login is moved, never copied: with --yes, or when you say so. Without that it stays where it is, and nothing of the source changes. One that something else uses stays in any case, and perch login NAME makes a new one.',
      'The plain home is the profile default: its login is never touched. Importing again changes nothing, and completes what was interrupted.',
    ],
    positionals: [{ name: 'PATH', takes: 'folder', optional: true, repeatable: true }],
    options: {
      from: {
        value: 'SOURCE',
        takes: ['clauth', 'claude-swap', 'home'],
        repeatable: true,
        summary: 'clauth, claude-swap or home only; may be repeated',
      },
      'dry-run': { summary: 'show what would be done, and do nothing' },
      yes: { short: 'y', summary: 'move logins without asking' },
    },
    load: () => import('../verbs/import.js'),
  },
]

/** Verbs that only perch's own scripts use; help does not list them. */
import type { VerbDefinition } from './verb.js'

export const hiddenVerbs: readonly VerbDefinition[] = [
  {
    name: '__complete',
    summary: 'what may stand at the cursor, for the scripts of perch completion',
    positionals: [{ name: 'SHELL' }, { name: 'AT' }],
    options: { kept: { value: 'TEXT', summary: 'of bash: the beginning of the word that it keeps' } },
    rest: { name: 'WORDS...' },
    load: () => import('./verbs/complete.js'),
  },
]

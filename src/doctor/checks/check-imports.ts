/** Imports that were killed while a login was on its way: nobody uses it until they are completed. */
import { readImportNote } from '../../import/import-note.js'
import type { Examination } from '../examination.js'
import type { Finding } from '../finding.js'

export function checkImports({ paths, profiles }: Examination): readonly Finding[] {
  return profiles.flatMap(({ name }): readonly Finding[] => {
    const moving = readImportNote(paths, name)?.moving
    if (!moving) return []
    return [
      {
        code: 'import-interrupted',
        level: 'warning',
        subject: name,
        text: `the import of its login from ${moving.from} was killed in the middle`,
        meaning: 'The login is kept, and nothing uses it before the import is completed.',
        fix: 'perch import',
      },
    ]
  })
}

/** Of what runtimes are made here, and why: links where the file system takes them, else copies that are kept in step. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '../../platform/perch-error.js'
import { refusalOfLinks } from '../../runtime/tree/link-mode.js'
import type { Examination } from '../examination.js'
import type { Finding } from '../finding.js'

export function checkLinkMode({ paths, env }: Examination): readonly Finding[] {
  const folder = join(paths.data, 'profiles')
  // Found out by making a link, which is not done in a home that is new.
  if (!existsSync(folder)) return []
  const finding = { code: 'link-mode', level: 'note', subject: folder, meaning: null, fix: null } as const
  if (env.PERCH_LINK_MODE === 'copy') {
    return [{ ...finding, text: 'new runtimes are made of copies that are kept in step: PERCH_LINK_MODE=copy says so' }]
  }
  const refusal = refusalOfLinks(folder)
  if (refusal === null) return [{ ...finding, text: 'new runtimes are made of links, which the file system takes' }]
  return [
    {
      ...finding,
      text: `new runtimes are made of copies that are kept in step: the file system takes no links (${messageOf(refusal)})`,
      meaning: 'It works, and takes more room and time: docs/sync.md.',
      fix: 'Set PERCH_HOME to a folder on a file system that has links, if you like.',
    },
  ]
}

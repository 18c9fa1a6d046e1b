/** Settings of the machine's administrator, which are above those of every profile: what in them chooses a login is everybody's. */
import { readFileSync } from 'node:fs'
import { agentNamed, knownAgents } from '../../agents/known-agents.js'
import { errnoOf, messageOf } from '../../platform/perch-error.js'
import { type Examination, readableProfiles } from '../examination.js'
import type { Finding } from '../finding.js'
import { choosingKeys } from './choosing-keys.js'

export function checkManagedSettings(examination: Examination): readonly Finding[] {
  const known = knownAgents(examination.paths)
  const used = new Map(readableProfiles(examination).map(({ profile }) => [profile.agent, agentNamed(profile.agent, known)]))
  return [...used.values()].flatMap((agent) =>
    (agent.signals?.files.managed ?? []).flatMap((path) =>
      checkManagedFile(path, agent.relocation?.documents ?? [], agent.title),
    ),
  )
}

/** One of them; nothing where there is none. */
export function checkManagedFile(path: string, documents: Parameters<typeof choosingKeys>[1], agent: string): readonly Finding[] {
  const finding = { subject: path, fix: null } as const
  let settings: unknown
  try {
    const text = readFileSync(path, 'utf8')
    // Of an agent whose settings are another language's, only that they are there is told.
    settings = path.endsWith('.json') ? JSON.parse(text) : {}
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return []
    const text = `settings of the administrator for ${agent} cannot be read: ${messageOf(error)}`
    return [{ ...finding, code: 'managed-settings', level: 'warning', text, meaning: 'What they say is not known here.' }]
  }
  const keys = choosingKeys(settings, documents)
  const isAre = keys.length === 1 ? 'chooses' : 'choose'
  if (keys.length === 0) {
    const text = `settings of the administrator are in force for ${agent}, above those of every profile`
    return [{ ...finding, code: 'managed-settings', level: 'note', text, meaning: null }]
  }
  return [
    {
      ...finding,
      code: 'managed-settings',
      level: 'warning',
      text: `settings of the administrator are in force for ${agent}: ${keys.join(', ')} ${isAre} a login or an endpoint`,
      meaning: 'They are above those of every profile: perch cannot keep them from one.',
    },
  ]
}

/**
 * Settings that stand in the way of profiles: keys of the shared file that choose a login, which perch keeps out of profiles and
 * the plain home obeys, and the history that is deleted for everybody who shares it.
 */
import { join } from 'node:path'
import type { AgentDefinition, DocumentDefinition } from '../../agents/agent-definition.js'
import { agentNamed, knownAgents } from '../../agents/known-agents.js'
import { readFileIfPresent } from '../../platform/files/atomic-file.js'
import { messageOf } from '../../platform/perch-error.js'
import { type Examination, readableProfiles } from '../examination.js'
import type { Finding } from '../finding.js'
import { choosingKeys } from './choosing-keys.js'

type JsonObject = Readonly<Record<string, unknown>>

export function checkSettings(examination: Examination): readonly Finding[] {
  const known = knownAgents(examination.paths)
  const used = new Map(readableProfiles(examination).map(({ profile }) => [profile.agent, agentNamed(profile.agent, known)]))
  return [...used.values()].flatMap((agent) =>
    (agent.relocation?.documents ?? [])
      .filter(({ takesOverlay }) => takesOverlay)
      .flatMap((document) => checkDocument(examination, agent, document)),
  )
}

function checkDocument(examination: Examination, agent: AgentDefinition, document: DocumentDefinition): readonly Finding[] {
  const folder = document.sharedIn === 'home' ? '' : (agent.relocation?.defaultHome ?? '')
  const path = join(examination.home, folder, document.name)
  let shared: JsonObject | undefined
  try {
    const bytes = readFileIfPresent(path)
    shared = bytes && objectOf(JSON.parse(bytes.toString('utf8')))
  } catch (error) {
    return [
      {
        code: 'settings-unreadable',
        level: 'problem',
        subject: path,
        text: `it cannot be read: ${messageOf(error)}`,
        meaning: 'Profiles keep the settings that they have; nothing of this file is taken over.',
        fix: 'Mend the file.',
      },
    ]
  }
  if (shared === undefined) return []
  const choosing = choosingKeys(shared, [document])
  const cleanup = agent.cleanupSetting === null ? [] : checkCleanup(examination, agent, agent.cleanupSetting, shared, path)
  if (choosing.length === 0) return cleanup
  return [
    {
      code: 'settings-choose-login',
      level: 'warning',
      subject: path,
      text: `${choosing.join(', ')} ${choosing.length === 1 ? 'chooses' : 'choose'} a login or an endpoint`,
      meaning: `It is the plain home's alone: perch gives it to no profile. ${agent.title} without perch uses it whatever it is logged in as.`,
      fix: 'Remove it if you did not mean it; a profile has its own with perch profile set.',
    },
    ...cleanup,
  ]
}

/** Every profile shares the history; whoever keeps it for the shortest time deletes it for all. */
function checkCleanup(
  examination: Examination,
  agent: AgentDefinition,
  setting: string,
  shared: JsonObject,
  path: string,
): readonly Finding[] {
  const values = [
    { of: path, days: shared[setting] },
    ...readableProfiles(examination)
      .filter(({ profile }) => profile.agent === agent.name && !profile.isolated)
      .map(({ name, profile }) => ({ of: `the profile ${name}`, days: profile.settings[setting] })),
  ].filter((one): one is { of: string; days: number } => typeof one.days === 'number')
  const smallest = [...values].sort((a, b) => a.days - b.days)[0]
  if (smallest === undefined) return []
  return [
    {
      code: 'history-kept-days',
      level: smallest.days < (values.find(({ of }) => of === path)?.days ?? smallest.days) ? 'warning' : 'note',
      subject: smallest.of,
      text: `${setting} is ${smallest.days}: conversations older than that are deleted for all profiles that share them`,
      meaning: null,
      fix: null,
    },
  ]
}

function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
}

/** Passes over the documents of a lab's profile, as the daemon makes them beside live sessions. */
import { type DocumentPlace, documentPlaces } from '../../../src/runtime/document-place.js'
import { DocumentMemory } from '../../../src/runtime/documents/document-memory.js'
import { syncDocument } from '../../../src/runtime/documents/sync-document.js'
import type { PassOutcome } from '../../../src/runtime/live/pass-outcome.js'
import { openRuntimeContext, type RuntimeContext } from '../../../src/runtime/runtime-context.js'
import type { ProfileLab } from '../profile-lab.js'

export const CLAUDE_JSON = '.claude.json'
export const SETTINGS = 'settings.json'

/** One pass. Without a memory as in a process that has just started. */
export async function pass(lab: ProfileLab, name = CLAUDE_JSON, memory = new DocumentMemory()): Promise<PassOutcome> {
  const { context, place } = documentOf(lab, name)
  return await syncDocument(context, place, memory)
}

export function documentOf(lab: ProfileLab, name: string): { context: RuntimeContext; place: DocumentPlace } {
  const { paths, profile, agent, home } = lab
  if (agent.relocation === null) throw new Error('the agent has no config folder')
  const context = openRuntimeContext({ paths, profile, agent, home }, agent.relocation, 'link')
  const place = documentPlaces(context).find(({ definition }) => definition.name === name)
  if (place === undefined) throw new Error(`the agent has no ${name}`)
  return { context, place }
}

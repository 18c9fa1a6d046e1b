/** Which keys of settings choose a login or an endpoint: those that belong to one account. Pure. */
import type { DocumentDefinition } from '../../agents/agent-definition.js'
import { matchesAny } from '../../agents/pattern.js'

type JsonObject = Readonly<Record<string, unknown>>

/** The names of those that the settings hold, in dots. `documents` of the agent; those that take no overlay are no settings. */
export function choosingKeys(settings: unknown, documents: readonly DocumentDefinition[]): readonly string[] {
  const paths = documents.filter(({ takesOverlay }) => takesOverlay).flatMap(({ privateKeys }) => privateKeys)
  // A model of one's own is no login.
  return paths.flatMap((path) => keysAt(settings, path)).filter((key) => key !== 'model')
}

/** The last segment of a path may be a pattern. */
function keysAt(value: unknown, path: readonly string[], before: readonly string[] = []): readonly string[] {
  if (!isObject(value)) return []
  const [segment = '', ...rest] = path
  const names = Object.keys(value).filter((name) => matchesAny([segment], name))
  return names.flatMap((name) => {
    const key = [...before, name]
    return rest.length === 0 ? [key.join('.')] : keysAt(value[name], rest, key)
  })
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * The variables by which an agent of an enclosing session tells that session's host of itself. Agents hand them on to what they start,
 * where they would have another profile's usage counted under this one. Pure.
 */
import type { AgentDefinition } from './agent-definition.js'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Their names; none outside of a session. What merely has the same value as one of them is a person's own, unless a host's token is
 * beside it: a collector of theirs has an address on this machine, too.
 */
export function handedTelemetry(agents: readonly AgentDefinition[], env: Environment): ReadonlySet<string> {
  const names = new Set<string>()
  if (env.PERCH_SESSION === undefined) return names
  for (const { signals } of agents) {
    const variables = Object.entries(signals?.telemetry?.variables ?? {})
    const handed = variables.filter(([name, template]) => patternOf(template).test(env[name] ?? ''))
    if (!handed.some(([, template]) => template.includes('{token}'))) continue
    for (const [name] of handed) names.add(name)
  }
  return names
}

/** As `SessionSignals` fills it in. */
function patternOf(template: string): RegExp {
  const literally = template.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${literally.replace('\\{url\\}', 'http://127\\.0\\.0\\.1:\\d+').replace('\\{token\\}', '[\\w-]{32}')}$`)
}

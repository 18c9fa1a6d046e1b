/**
 * The settings a profile lays over the agent's own: tables are laid over key by key, every other value replaces. What an
 * overlay sets is the profile's alone and never reaches the shared settings. Pure.
 */
import type { AgentDefinition } from '../agents/agent-definition.js'
import type { ProfileDefinition } from './profile-definition.js'

type Settings = Readonly<Record<string, unknown>>

/** The overlay of a profile: its `[settings]`, and what its other keys mean in the agent's settings. */
export function overlayOf(profile: ProfileDefinition, agent: AgentDefinition): Settings {
  const setting = agent.environment.apiKeyCommandSetting
  if (setting === null || profile.apiKeyCommand === null) return profile.settings
  return { ...profile.settings, [setting]: profile.apiKeyCommand }
}

/** The settings with the overlay on top; keys keep the order of the settings. */
export function applyOverlay(settings: Settings, overlay: Settings): Settings {
  return Object.fromEntries([
    ...Object.entries(settings).map(([key, value]) => [key, Object.hasOwn(overlay, key) ? laidOver(value, overlay[key]) : value]),
    ...Object.entries(overlay).filter(([key]) => !Object.hasOwn(settings, key)),
  ])
}

/** The path of every value that the overlay sets. */
export function overlayPaths(overlay: Settings): readonly (readonly string[])[] {
  return Object.entries(overlay).flatMap(([key, value]) =>
    isTable(value) && Object.keys(value).length > 0 ? overlayPaths(value).map((path) => [key, ...path]) : [[key]],
  )
}

function laidOver(value: unknown, overlay: unknown): unknown {
  return isTable(value) && isTable(overlay) ? applyOverlay(value, overlay) : overlay
}

function isTable(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

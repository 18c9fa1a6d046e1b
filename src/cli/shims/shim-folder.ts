/** The folder of shims: what is in it, what perch puts there, and taking that away without a trace. */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentDefinition } from '../../agents/agent-definition.js'
import { builtInAgents } from '../../agents/built-in-agents.js'
import { isShim, shimScript } from '../../agents/shim-script.js'
import { bundlePath } from '../../platform/bundles.js'
import { ensureFolder, STAGING_SUFFIX, writeError, writeFileAtomic } from '../../platform/files/atomic-file.js'
import { namesIn } from '../../platform/files/names-in.js'
import { removeEmptyFolder } from '../../platform/files/remove-empty-folder.js'
import { requireSafeFolder } from '../../platform/files/safe-folder.js'
import { PerchError } from '../../platform/perch-error.js'

/** A program that a shim stands for. */
export interface ShimName {
  readonly agent: AgentDefinition
  readonly command: string
}

/** What lies in the folder under a shim's name. */
export type ShimState = 'missing' | 'current' | 'outdated' | 'foreign'

/** Every name that a shim can have. */
export const shimNames: readonly ShimName[] = builtInAgents.flatMap((agent) =>
  agent.commands.map((command) => ({ agent, command })),
)

/** `outdated`: made by another perch, or for a Node or a perch that lay elsewhere. */
export function shimState(folder: string, name: ShimName): ShimState {
  const path = join(folder, name.command)
  if (!namesIn(folder).includes(name.command)) return 'missing'
  if (!isShim(path)) return 'foreign'
  return readFileSync(path, 'utf8') === scriptOf(name) ? 'current' : 'outdated'
}

/**
 * Writes the shim, over an older one.
 * @throws PerchError `file-exists` when something else has its name, `unsafe-folder`, `not-writable`, `disk-full`
 */
export function writeShim(folder: string, name: ShimName): void {
  ensureFolder(folder)
  // Whoever could write into it would be run in place of the agent.
  requireSafeFolder(folder)
  const path = join(folder, name.command)
  if (shimState(folder, name) === 'foreign') {
    throw new PerchError('file-exists', `${path} is there, and no shim of perch`, { hint: 'Move it away.' })
  }
  writeFileAtomic(path, scriptOf(name), { mode: 0o700 })
}

/**
 * Removes the shim if it is perch's: whether it was there.
 * @throws PerchError `not-writable`
 */
export function removeShim(folder: string, name: ShimName): boolean {
  const state = shimState(folder, name)
  if (state === 'missing' || state === 'foreign') return false
  const path = join(folder, name.command)
  try {
    rmSync(path)
    return true
  } catch (error) {
    throw writeError(path, error)
  }
}

/** Removes the folder with what an interrupted install left in it: the names of what keeps it there. */
export function removeShimFolder(folder: string): readonly string[] {
  for (const name of namesIn(folder)) if (name.endsWith(STAGING_SUFFIX)) rmSync(join(folder, name), { force: true })
  return removeEmptyFolder(folder) ? [] : [...namesIn(folder)].sort()
}

function scriptOf({ agent, command }: ShimName): string {
  return shimScript({ agent: agent.name, command, node: process.execPath, program: bundlePath('shim') })
}

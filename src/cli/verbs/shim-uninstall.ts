/** `perch shim uninstall`: takes shims away, and the folder with the last of them. */
import { shimsFolder } from '../../platform/paths.js'
import type { VerbResult } from '../result.js'
import { namedShims } from '../shims/named-shims.js'
import { shimEffect } from '../shims/shim-effect.js'
import { removeShim, removeShimFolder, shimNames, shimState } from '../shims/shim-folder.js'
import type { CliContext, Invocation } from '../verb.js'

export async function run({ positionals }: Invocation, { env, paths, notice }: CliContext): Promise<VerbResult> {
  const folder = shimsFolder(paths)
  const wanted = positionals.length > 0 ? namedShims(positionals) : shimNames
  const removed = wanted.filter((name) => removeShim(folder, name)).map(({ command }) => command)
  const isLast = shimNames.every((name) => ['missing', 'foreign'].includes(shimState(folder, name)))
  const left = isLast ? removeShimFolder(folder) : []
  if (left.length > 0) notice(`${folder} stays: it holds what is not perch's (${left.join(', ')})`)
  const isOnPath = shimEffect(folder, '', env.PATH).kind !== 'not-on-path'
  if (isLast && isOnPath) notice(`the line that puts ${folder} on PATH can go from your shell's start file`)
  const lines = [removed.length > 0 ? `Removed from ${folder}: ${removed.join(', ')}.` : 'There was no shim to remove.']
  return { shown: { kind: 'lines', lines }, document: { folder, removed } }
}

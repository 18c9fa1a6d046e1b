/** What a shell does with the name of an agent, as far as PATH tells: whether the shim is what it finds. */
import { delimiter, isAbsolute, join } from 'node:path'
import { canonicalFolder } from '../../platform/files/canonical-folder.js'
import { isProgram } from '../../platform/process/resolve-program.js'

export type ShimEffect =
  /** A shell finds the shim. */
  | { readonly kind: 'active' }
  | { readonly kind: 'not-on-path' }
  /** Something else of that name comes before it. */
  | { readonly kind: 'behind'; readonly program: string }

/** What a shell with this PATH finds under the name, given a shim in the folder. */
export function shimEffect(folder: string, command: string, path: string | undefined): ShimEffect {
  const shims = canonicalFolder(folder)
  const folders = (path ?? '').split(delimiter).filter(isAbsolute)
  if (!folders.some((candidate) => canonicalFolder(candidate) === shims)) return { kind: 'not-on-path' }
  const first = folders.find((candidate) => isProgram(join(candidate, command)))
  if (first === undefined || canonicalFolder(first) === shims) return { kind: 'active' }
  return { kind: 'behind', program: join(first, command) }
}

/** One name of a mirrored tree with its two places, and the folders that such names are in. */
import { join } from 'node:path'
import type { SidePrint } from './side-print.js'

/** What lies in one place now. On the home's side `path` is the final one, behind every link. */
export type Seen =
  | { readonly kind: 'absent' }
  | SeenFile
  | { readonly kind: 'folder'; readonly path: string; readonly isLinked: boolean }
  | { readonly kind: 'link'; readonly path: string; readonly text: string }
  | {
      readonly kind: 'closed'
      readonly path: string
      readonly why: string
      /** A pipe, socket or device: nothing that could be lost. */
      readonly isSpecial: boolean
      /** False where it may be as before again without anybody changing it: no access, a disk that is not there. */
      readonly lasts: boolean
    }

export interface SeenFile {
  readonly kind: 'file'
  readonly path: string
  readonly print: SidePrint
}

/** What holds for a folder and everything in it. */
interface Surroundings {
  /** Links on the home's side that lead out of this folder are not followed. */
  readonly boundary: string
  /** Whether a link was followed on the way here: no second one to a folder is. */
  readonly isBelowLink: boolean
  readonly runtimeAbsenceCounts: boolean
  /** Whether the home's side is the shared home, into which other profiles write too. */
  readonly isShared: boolean
}

export interface EntryPair extends Surroundings {
  /** The path of its folder below the runtime: how the index names it. */
  readonly folder: string
  readonly name: string
  /** At the top level, where names have classes. */
  readonly isTop: boolean
  readonly homePath: string
  readonly runtimePath: string
}

export interface FolderPair extends Surroundings {
  readonly key: string
  readonly home: string
  readonly runtime: string
  readonly hasHome: boolean
  readonly hasRuntime: boolean
}

/** The names of a folder, as they were listed. */
export interface Listed {
  readonly pairs: readonly EntryPair[]
  readonly isListed: (pair: EntryPair, side: 'inHome' | 'inRuntime') => boolean
  /** Staging files of a mirror that was killed. Those in a shared home may only go under its lock. */
  readonly leftovers: readonly string[]
  readonly isShared: boolean
}

export function keyOf({ folder, name }: Pick<EntryPair, 'folder' | 'name'>): string {
  return join(folder, name)
}

/** The pair of a name in a folder below the top level. */
export function pairIn(folder: FolderPair, name: string): EntryPair {
  const { boundary, isBelowLink, runtimeAbsenceCounts, isShared } = folder
  return {
    folder: folder.key,
    name,
    isTop: false,
    homePath: join(folder.home, name),
    runtimePath: join(folder.runtime, name),
    boundary,
    isBelowLink,
    runtimeAbsenceCounts,
    isShared,
  }
}

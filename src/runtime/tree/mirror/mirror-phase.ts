/**
 * Whether the copies of a runtime are all there, so that one that is missing was deleted. Read and written under the lock of
 * the tree only. Kept apart from the runtime's index: a second session's build does not make the first one's deletions void.
 */
import { join } from 'node:path'
import * as v from 'valibot'
import { ensureFolder, readJsonUnlessCorrupt, writeJsonAtomic } from '../../../platform/files/atomic-file.js'
import { bootId } from '../../../platform/process/process-identity.js'
import type { ProfileFolders } from '../../../profiles/profile-definition.js'
import type { RuntimeContext } from '../../runtime-context.js'

const Phase = v.looseObject({ phase: v.picklist(['whole', 'removing']), bootId: v.optional(v.string()) })

/** `partial`: a first build did not finish, or nobody knows. `removing`: copies go, and nothing may be concluded from it. */
export type MirrorPhase = 'partial' | 'whole' | 'removing'

export function readMirrorPhase(context: RuntimeContext): MirrorPhase {
  return readPhase(context)?.phase ?? 'partial'
}

/**
 * Whether the machine was started again since the tree was built, as far as anybody knows. What was written shortly before a
 * power cut may be an empty file then, its name and its times notwithstanding (ext4, XFS), though nobody emptied it.
 */
export function isFromEarlierBoot(context: RuntimeContext): boolean {
  return readPhase(context)?.bootId !== bootId()
}

export function writeMirrorPhase(context: RuntimeContext, phase: 'whole' | 'removing'): void {
  ensureFolder(mirrorNotes(context.folders))
  // What another version of perch has noted beside these stays.
  writeJsonAtomic(phasePath(context), { ...readPhase(context), phase, bootId: bootId() })
}

/** The folder of everything that is noted of a mirror. */
export function mirrorNotes({ sync }: Pick<ProfileFolders, 'sync'>): string {
  return join(sync, 'tree')
}

function readPhase(context: RuntimeContext): v.InferOutput<typeof Phase> | undefined {
  const parsed = v.safeParse(Phase, readJsonUnlessCorrupt(phasePath(context)))
  return parsed.success ? parsed.output : undefined
}

function phasePath(context: RuntimeContext): string {
  return join(mirrorNotes(context.folders), 'phase.json')
}

/** The steps between which an import may die. Each is a failpoint; the tests kill a real one at every one of them and import again. */
import { failpoint } from '../platform/failpoint.js'

export const IMPORT_STEPS = [
  'import-profile-made',
  'import-move-noted',
  'import-set-aside',
  'import-stored',
  'import-removed',
  'import-recorded',
] as const

/** Marks that the step is done. */
export function reached(step: (typeof IMPORT_STEPS)[number]): void {
  failpoint(step)
}

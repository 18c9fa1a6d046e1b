/**
 * What the quick part of the program does when a command needs more than it contains. The build puts `NeedsWholeProgram` in
 * the place of each module that is left out (`scripts/quick-part.mjs`); nothing has been printed or ordered by then.
 */

/** Given to the bundle by the program that loads it. */
declare const startWholeProgram: () => void

/** Thrown by loading what the quick part does not contain. Unwinds everything, so that the whole program starts afresh. */
export class NeedsWholeProgram extends Error {}

/** Does the command once more, from its start, by the whole program. */
export function handOver(): void {
  startWholeProgram()
}

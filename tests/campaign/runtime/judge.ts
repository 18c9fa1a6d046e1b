/** Compares what is there after an interleaving with what its clients did: each promise is one rule. */
import { clientsNoticed } from './rules/clients-noticed.js'
import { documentsAreWhole } from './rules/documents-are-whole.js'
import { filesAreThere } from './rules/files-are-there.js'
import { loginsAreTheLast } from './rules/logins-are-the-last.js'
import { nothingLeaked } from './rules/nothing-leaked.js'
import type { Outcome } from './rules/outcome.js'
import { replacedFileIsKept } from './rules/replaced-file-is-kept.js'

const RULES: readonly ((outcome: Outcome) => readonly string[])[] = [
  clientsNoticed,
  loginsAreTheLast,
  documentsAreWhole,
  nothingLeaked,
  filesAreThere,
  replacedFileIsKept,
]

/** One sentence for each loss. */
export function whatIsLost(outcome: Outcome): readonly string[] {
  return RULES.flatMap((rule) => rule(outcome))
}

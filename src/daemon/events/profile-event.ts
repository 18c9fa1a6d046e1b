/** What of a profile's own journal everybody is told of: what a person may want to act on. Pure. */
import type { JournalLine } from '../../runtime/journal.js'
import type { NewEvent } from './journal-format.js'

/** The event for a line of the journal; null for what concerns nobody else. */
export function profileEvent(profile: string, line: JournalLine, at: string): NewEvent | null {
  const type = typeOf(line)
  if (type === null) return null
  return { at, type, session: null, name: null, profile, entry: line.name, problem: line.why ?? '' }
}

function typeOf({ what }: JournalLine): string | null {
  switch (what) {
    case 'conflict':
      return 'sync-conflict'
    case 'not-followed':
      return 'sync-restored'
    case 'logged-out':
      return 'logged-out'
    default:
      return null
  }
}

/** What the API tells of what happens. */
import { EVENT_STREAM_TYPE, SINCE_HEADER, UNTIL_HEADER } from '../../api/event.js'
import { PerchError } from '../../platform/perch-error.js'
import type { EventJournal } from '../events/event-journal.js'
import { readEvents } from '../events/event-reader.js'
import type { ApiHandlers } from './http-server.js'
import { wholeNumber } from './whole-number.js'

export function eventHandlers(journal: EventJournal): Pick<ApiHandlers, 'events'> {
  return {
    events: async ({ query, signal }) => {
      const follow = query.get('follow') === '1'
      const since = sinceOf(query.get('since'), journal.seq) ?? (follow ? journal.seq : 0)
      const until = follow ? undefined : journal.seq
      return {
        headers: {
          'content-type': EVENT_STREAM_TYPE,
          [SINCE_HEADER]: since,
          ...(until !== undefined && { [UNTIL_HEADER]: until }),
        },
        bytes: readEvents(journal, { since, until, signal }),
      }
    },
  }
}

/** A number that no event has yet comes from another state folder: waiting for it would be silent for ever. */
function sinceOf(text: string | null, last: number): number | undefined {
  if (text === null) return undefined
  const since = wholeNumber('since', text)
  if (since <= last) return since
  throw new PerchError('bad-request', `there are only ${last} events, and none after ${since}`, {
    hint: 'Leave --since out to begin with what happens from now on.',
  })
}

/** The store of a stream whose log is kept in memory alone: it takes nothing and holds nothing. */
import type { SegmentStore } from './stream-log.js'

export const NO_STORE: SegmentStore = {
  accepting: false,
  start: 0,
  end: 0,
  append: () => undefined,
  read: () => 0,
}

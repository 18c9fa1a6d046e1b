/** How the rows of the screen are shared out. Pure. */
import type { DashboardState } from './state.js'

/** Below this nothing useful fits. */
export const SMALLEST = { cols: 40, rows: 8 } as const

/** Title, heading of the table, and below it the line about the selection and the keys. */
const FIXED_ROWS = 4
/** From here on there is a row to spare. */
const SPACED_ROWS = 20
/** So many sessions are shown before profiles get any room. */
const FEWEST_SESSIONS = 4

export interface Layout {
  /** Profiles that are shown, a row each, below a heading. */
  readonly profiles: number
  /** Whether there is an empty row between them and the sessions. */
  readonly isSpaced: boolean
  readonly sessions: number
}

/** Profiles get at most two fifths of what is left, and only what they need. */
export function layoutOf({ size, profiles, showsProfiles }: Pick<DashboardState, 'size' | 'profiles' | 'showsProfiles'>): Layout {
  const room = Math.max(0, size.rows - FIXED_ROWS)
  const isSpaced = size.rows >= SPACED_ROWS
  const around = isSpaced ? 2 : 1
  const forProfiles = Math.min(Math.floor((room * 2) / 5), room - FEWEST_SESSIONS) - around
  const shown = showsProfiles ? Math.max(0, Math.min(profiles.length, forProfiles)) : 0
  return { profiles: shown, isSpaced, sessions: room - (shown > 0 ? shown + around : 0) }
}

/** The first row that is shown of a list, so that the selected one is in sight. */
export function firstShown(selectedRow: number, count: number, room: number): number {
  return Math.max(0, Math.min(selectedRow - Math.floor(room / 2), count - room))
}

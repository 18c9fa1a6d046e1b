/** Entering and leaving the screen of the dashboard: what is set by the one is reset by the other, and nothing else is touched. */

/**
 * The alternate screen, empty; the cursor hidden; no wrapping, so that a line that is measured wrongly stays one; pasted text
 * marked as such, so that it is not taken for keys.
 */
export const ENTER_SCREEN = '\x1b[?1049h\x1b[H\x1b[2J\x1b[?25l\x1b[?7l\x1b[?2004h'

/** Also right in the middle of an update, and on a screen that was left already. */
export const LEAVE_SCREEN = '\x1b[?2026l\x1b[?2004l\x1b[?7h\x1b[0m\x1b[?25h\x1b[?1049l'

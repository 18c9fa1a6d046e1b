/** How many clients a host takes at once. Pure. */

/** Far more than anybody attaches; each costs a descriptor, and what it has not read yet. */
const CONNECTIONS_LIMIT = 1_024
/** Kept for the log, tees and a daemon that is to be started: a session must not lose output for want of a descriptor. */
const RESERVED_DESCRIPTORS = 256
/** Where so few files may be open that nothing can be kept: still a daemon and a few clients. */
const CONNECTIONS_MIN = 16

/** The limit for a process that may have so many files open; undefined where that is not known. */
export function connectionsLimit(openFilesLimit: number = Number.POSITIVE_INFINITY): number {
  return Math.max(CONNECTIONS_MIN, Math.min(CONNECTIONS_LIMIT, openFilesLimit - RESERVED_DESCRIPTORS))
}

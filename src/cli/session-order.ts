/** In which order sessions are offered to somebody who wants to attach. Pure. */
import type { Session } from '../api/session.js'

/** Those that can be attached to before those that somebody has, then the latest. */
export function freeFirst(a: Session, b: Session): number {
  return Number(isControlled(a)) - Number(isControlled(b)) || b.createdAt.localeCompare(a.createdAt)
}

function isControlled({ attachments }: Session): boolean {
  return attachments.some(({ mode }) => mode === 'controller')
}

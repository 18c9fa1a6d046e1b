/** Giving a session another name, which it alone has among the live ones. */
import type { SessionRegistry } from './registry.js'
import { checkSessionName } from './session-name.js'
import type { TrackedSession } from './tracked-session.js'

/**
 * Renames a session, live or ended.
 * @throws PerchError `bad-name`, `name-taken`, `corrupt-session`, `host-lost`, `not-writable`, `disk-full`
 */
export async function renameSession(registry: SessionRegistry, session: TrackedSession, name: string): Promise<void> {
  checkSessionName(name)
  session.refresh()
  // Its host is about to write the record once more, under the old name; it answers when it has.
  if (session.live && !session.record?.child) await session.connect()
  session.refresh()
  if (session.name === name) return
  if (session.live) registry.requireFree(name, session)
  session.rename(name)
}

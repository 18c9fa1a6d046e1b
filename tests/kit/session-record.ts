/** A session's record as a host writes it, for tests that need what no real host leaves: the dead, the hung, the invented. */
import type { SessionRecord } from '../../src/api/session-record.js'
import type { ProcessIdentity } from '../../src/platform/process/process-identity.js'

interface Given extends Partial<Pick<SessionRecord, 'argv' | 'cwd' | 'socket'>> {
  readonly id: string
  readonly host: ProcessIdentity
  readonly child: ProcessIdentity | null
}

/** A record of a plain pipe session, with the given fields in the place of its own. */
export function sessionRecord({ host, child, ...given }: Given): SessionRecord {
  return {
    schema: 1,
    name: null,
    profile: 'default',
    agent: 'command',
    argv: ['cat'],
    cwd: '/',
    kind: 'pipe',
    mergeStderr: false,
    labels: {},
    originator: null,
    conversation: null,
    parent: null,
    createdAt: new Date().toISOString(),
    size: null,
    socket: '',
    lease: null,
    perchVersion: '0.1.0',
    ...given,
    host: { ...host },
    child: child && { ...child },
  }
}

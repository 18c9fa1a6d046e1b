/**
 * The control API as typed calls: one method for each route of `src/api/routes.ts`, every reply checked against its
 * schema. Each call is a connection of its own, so a daemon that was replaced between two calls is not noticed.
 */
import type { KillRequest, NewSession, PruneRequest } from '../api/control.js'
import type { EventLine } from '../api/event.js'
import type { EnvironmentRequest, NewProfile, ProfileChanges } from '../api/profile.js'
import type { RouteName, RouteReply } from '../api/routes.js'
import type { SessionState, Size } from '../api/session.js'
import type { ResolveRequest } from '../api/sync.js'
import type { UsageGrouping, UsageImportRequest } from '../api/usage.js'
import { callRoute, type LogBytes, type LogStart, REQUEST_TIMEOUT_MS, readLogBytes } from './call-route.js'
import type { DaemonConnectionOptions } from './daemon-connection.js'
import type { CallOptions } from './encode-call.js'
import type { EventRequest } from './event-request.js'
import type { LogIndex } from './log-index.js'

/** Years of transcripts are some gigabytes, which a slow disk reads in minutes. */
const IMPORT_TIMEOUT_MS = 30 * 60_000

/** Which sessions are listed. */
export interface SessionFilter {
  /** Also those that have ended; a `state` lists them without it. */
  readonly all?: boolean | undefined
  readonly profile?: string | undefined
  readonly originator?: string | undefined
  readonly state?: SessionState | undefined
  /** `K=V`; all of them must fit. */
  readonly labels?: readonly string[]
}

/** Which usage is told. */
export interface UsageRequest {
  readonly profile?: string | undefined
  /** Rows by this; none without it. */
  readonly by?: UsageGrouping | undefined
  /** ISO 8601; all there is without it. */
  readonly since?: string | undefined
  /** The time zone whose days are meant, such as `Europe/Berlin`. */
  readonly zone?: string | undefined
}

/** A session is named by its id, a unique prefix of it, or its name. Every call throws `PerchError` by the codes of the API. */
export interface PerchClient {
  daemon(): Promise<RouteReply<'daemon'>>
  /** Sessions go on. Remembered: hosts start no daemon until a command needs one. */
  stopDaemon(): Promise<RouteReply<'stopDaemon'>>
  openApi(): Promise<RouteReply<'openApi'>>
  listSessions(filter?: SessionFilter): Promise<RouteReply<'listSessions'>>
  createSession(request: NewSession): Promise<RouteReply<'createSession'>>
  showSession(session: string): Promise<RouteReply<'showSession'>>
  endpoint(session: string): Promise<RouteReply<'endpoint'>>
  /** The log of an ended session. */
  readLog(session: string, stream: string, start: LogStart): Promise<LogBytes>
  /** When the bytes of a stream came, from an offset on; also of a live session. */
  readLogIndex(session: string, stream: string, from: number): Promise<LogIndex>
  killSession(session: string, request?: KillRequest): Promise<RouteReply<'killSession'>>
  resizeSession(session: string, size: Size): Promise<RouteReply<'resizeSession'>>
  renameSession(session: string, name: string): Promise<RouteReply<'renameSession'>>
  removeSession(session: string, options?: { readonly force?: boolean }): Promise<RouteReply<'removeSession'>>
  /** Removes ended sessions, never a live one; what could not be removed is told in `errors`. */
  pruneSessions(request?: PruneRequest): Promise<RouteReply<'pruneSessions'>>
  /** What happens to sessions, also across restarts of the daemon: every event once, in the order of their numbers. */
  events(request?: EventRequest): AsyncGenerator<EventLine, void, void>
  listProfiles(): Promise<RouteReply<'listProfiles'>>
  createProfile(request: NewProfile): Promise<RouteReply<'createProfile'>>
  showProfile(profile: string): Promise<RouteReply<'showProfile'>>
  /** The account that is logged in now is the right one. */
  acceptAccount(profile: string): Promise<RouteReply<'acceptAccount'>>
  changeProfile(profile: string, request: ProfileChanges): Promise<RouteReply<'changeProfile'>>
  renameProfile(profile: string, name: string): Promise<RouteReply<'renameProfile'>>
  removeProfile(profile: string): Promise<RouteReply<'removeProfile'>>
  /** For what perch does not start. The profile's runtime stays until `returnEnvironment`. */
  lendEnvironment(profile: string, request: EnvironmentRequest): Promise<RouteReply<'lendEnvironment'>>
  returnEnvironment(profile: string): Promise<RouteReply<'returnEnvironment'>>
  /** What is kept in step, of one profile or of all. */
  syncStatus(profile?: string): Promise<RouteReply<'syncStatus'>>
  /** What sync did, newest last. */
  syncLog(request?: {
    readonly profile?: string | undefined
    readonly limit?: number | undefined
  }): Promise<RouteReply<'syncLog'>>
  /** What lost a conflict, or was only not thrown away, and is kept. */
  syncConflicts(request?: {
    readonly profile?: string | undefined
    /** Ids or unique beginnings of ids. */
    readonly ids?: readonly string[]
  }): Promise<RouteReply<'syncConflicts'>>
  /** Takes either side of kept conflicts; of all open ones without `ids`. */
  resolveSync(request: ResolveRequest): Promise<RouteReply<'resolveSync'>>
  /** What accounts have used and have left. */
  usage(request?: UsageRequest): Promise<RouteReply<'usage'>>
  /** Counts what transcripts tell and no session has told. May take minutes. */
  importUsage(request: UsageImportRequest): Promise<RouteReply<'importUsage'>>
}

/** A client of the daemon of these folders. Nothing is connected or started before the first call. */
export function connectPerch(options: DaemonConnectionOptions): PerchClient {
  const call = <N extends RouteName>(name: N, request: CallOptions = {}) => callRoute(options, name, request)
  return {
    daemon: () => call('daemon'),
    stopDaemon: () => call('stopDaemon'),
    openApi: () => call('openApi'),
    listSessions: ({ all, profile, originator, state, labels = [] } = {}) => {
      const one = { all: all && '1', profile, originator, state }
      return call('listSessions', { query: [...Object.entries(one), ...labels.map((label) => ['label', label] as const)] })
    },
    createSession: (body) => call('createSession', { body }),
    showSession: (session) => call('showSession', { path: { session } }),
    endpoint: (session) => call('endpoint', { path: { session } }),
    readLog: (session, stream, start) => readLogBytes(options, session, stream, start),
    readLogIndex: async (session, stream, from) => {
      const { readLogIndex } = await import('./log-index.js')
      return readLogIndex(options, session, stream, from)
    },
    killSession: (session, body = {}) =>
      call('killSession', { path: { session }, body, timeoutMs: REQUEST_TIMEOUT_MS + (body.graceMs ?? 0) }),
    resizeSession: (session, body) => call('resizeSession', { path: { session }, body }),
    renameSession: (session, name) => call('renameSession', { path: { session }, body: { name } }),
    removeSession: (session, { force } = {}) => call('removeSession', { path: { session }, query: [['force', force && '1']] }),
    pruneSessions: (body = {}) => call('pruneSessions', { body }),
    events: async function* (request = {}) {
      const { readEventStream } = await import('./event-stream.js')
      yield* readEventStream(options, request)
    },
    listProfiles: () => call('listProfiles', { query: [['path', options.env.PATH]] }),
    createProfile: (body) => call('createProfile', { body }),
    showProfile: (profile) => call('showProfile', { path: { profile }, query: [['path', options.env.PATH]] }),
    acceptAccount: (profile) => call('acceptAccount', { path: { profile } }),
    changeProfile: (profile, body) => call('changeProfile', { path: { profile }, body }),
    renameProfile: (profile, name) => call('renameProfile', { path: { profile }, body: { name } }),
    removeProfile: (profile) => call('removeProfile', { path: { profile } }),
    lendEnvironment: (profile, body) => call('lendEnvironment', { path: { profile }, body }),
    returnEnvironment: (profile) => call('returnEnvironment', { path: { profile } }),
    syncStatus: (profile) => call('syncStatus', { query: [['profile', profile]] }),
    syncLog: ({ profile, limit } = {}) =>
      call('syncLog', {
        query: [
          ['profile', profile],
          ['limit', limit?.toString()],
        ],
      }),
    syncConflicts: ({ profile, ids = [] } = {}) =>
      call('syncConflicts', { query: [['profile', profile], ...ids.map((id) => ['id', id] as const)] }),
    resolveSync: (body) => call('resolveSync', { body }),
    usage: ({ profile, by, since, zone } = {}) =>
      call('usage', { query: [['path', options.env.PATH], ...Object.entries({ profile, by, since, zone })] }),
    importUsage: (body) => call('importUsage', { body, timeoutMs: IMPORT_TIMEOUT_MS }),
  }
}

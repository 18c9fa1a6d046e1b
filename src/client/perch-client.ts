/**
 * The control API as typed calls: one method for each route of `src/api/routes.ts`, every reply checked against its
 * schema. Each call is a connection of its own, so a daemon that was replaced between two calls is not noticed.
 */
import type { KillRequest, NewSession } from '../api/control.js'
import type { NewProfile } from '../api/profile.js'
import type { RouteName, RouteReply } from '../api/routes.js'
import type { Size } from '../api/session.js'
import { type CallOptions, callRoute, type LogBytes, type LogStart, REQUEST_TIMEOUT_MS, readLogBytes } from './call-route.js'
import type { DaemonConnectionOptions } from './daemon-connection.js'

/** A session is named by its id, a unique prefix of it, or its name. Every call throws `PerchError` by the codes of the API. */
export interface PerchClient {
  daemon(): Promise<RouteReply<'daemon'>>
  /** Sessions go on. Remembered: hosts start no daemon until a command needs one. */
  stopDaemon(): Promise<RouteReply<'stopDaemon'>>
  openApi(): Promise<RouteReply<'openApi'>>
  listSessions(filter?: {
    readonly all?: boolean
    readonly profile?: string
    readonly labels?: readonly string[]
  }): Promise<RouteReply<'listSessions'>>
  createSession(request: NewSession): Promise<RouteReply<'createSession'>>
  showSession(session: string): Promise<RouteReply<'showSession'>>
  endpoint(session: string): Promise<RouteReply<'endpoint'>>
  /** The log of an ended session. */
  readLog(session: string, stream: string, start: LogStart): Promise<LogBytes>
  killSession(session: string, request?: KillRequest): Promise<RouteReply<'killSession'>>
  resizeSession(session: string, size: Size): Promise<RouteReply<'resizeSession'>>
  removeSession(session: string, options?: { readonly force?: boolean }): Promise<RouteReply<'removeSession'>>
  listProfiles(): Promise<RouteReply<'listProfiles'>>
  createProfile(request: NewProfile): Promise<RouteReply<'createProfile'>>
  showProfile(profile: string): Promise<RouteReply<'showProfile'>>
  removeProfile(profile: string): Promise<RouteReply<'removeProfile'>>
}

/** A client of the daemon of these folders. Nothing is connected or started before the first call. */
export function connectPerch(options: DaemonConnectionOptions): PerchClient {
  const call = <N extends RouteName>(name: N, request: CallOptions = {}) => callRoute(options, name, request)
  return {
    daemon: () => call('daemon'),
    stopDaemon: () => call('stopDaemon'),
    openApi: () => call('openApi'),
    listSessions: ({ all, profile, labels = [] } = {}) =>
      call('listSessions', { query: [['all', all && '1'], ['profile', profile], ...labels.map((l) => ['label', l] as const)] }),
    createSession: (body) => call('createSession', { body }),
    showSession: (session) => call('showSession', { path: { session } }),
    endpoint: (session) => call('endpoint', { path: { session } }),
    readLog: (session, stream, start) => readLogBytes(options, session, stream, start),
    killSession: (session, body = {}) =>
      call('killSession', { path: { session }, body, timeoutMs: REQUEST_TIMEOUT_MS + (body.graceMs ?? 0) }),
    resizeSession: (session, body) => call('resizeSession', { path: { session }, body }),
    removeSession: (session, { force } = {}) => call('removeSession', { path: { session }, query: [['force', force && '1']] }),
    listProfiles: () => call('listProfiles', { query: [['path', options.env.PATH]] }),
    createProfile: (body) => call('createProfile', { body }),
    showProfile: (profile) => call('showProfile', { path: { profile }, query: [['path', options.env.PATH]] }),
    removeProfile: (profile) => call('removeProfile', { path: { profile } }),
  }
}

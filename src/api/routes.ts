/**
 * The control API as data: the server dispatches on this table, the client builds its requests from it, and the OpenAPI
 * document is generated from it.
 */
import * as v from 'valibot'
import {
  DaemonReply,
  DoneReply,
  Endpoint,
  KillRequest,
  NewProfileReply,
  NewSession,
  ProfileReply,
  ProfilesReply,
  RemovedReply,
  ResizeRequest,
  SessionReply,
  SessionsReply,
} from './control.js'
import { NewProfile } from './profile.js'

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Segments in braces are parameters: `{session}` is an id, a unique prefix of one, or a name. */
  readonly path: string
  readonly summary: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: v.GenericSchema
  /** Absent: a stream of raw bytes. */
  readonly reply?: v.GenericSchema
}

/** The profile `default` is the first agent found installed: on the PATH of whoever asks, not on the daemon's. */
const AGENT_PATH = { path: 'the PATH on which agents are looked for' }

export const routes = {
  daemon: { method: 'GET', path: '/v1/daemon', summary: 'Versions and the running daemon', reply: DaemonReply },
  stopDaemon: { method: 'POST', path: '/v1/daemon/stop', summary: 'Stop the daemon; sessions go on', reply: DoneReply },
  openApi: { method: 'GET', path: '/v1/openapi.json', summary: 'This API', reply: v.looseObject({}) },
  listSessions: {
    method: 'GET',
    path: '/v1/sessions',
    summary: 'Sessions, newest first',
    query: { all: 'also ended ones when 1', profile: 'of this profile', label: 'K=V; may be repeated' },
    reply: SessionsReply,
  },
  createSession: { method: 'POST', path: '/v1/sessions', summary: 'Start a session', body: NewSession, reply: SessionReply },
  showSession: { method: 'GET', path: '/v1/sessions/{session}', summary: 'One session', reply: SessionReply },
  endpoint: { method: 'GET', path: '/v1/sessions/{session}/endpoint', summary: 'Where its bytes are', reply: Endpoint },
  /** Bytes of an ended session. A live one answers 409: its bytes come from its own socket, never through the daemon. */
  readLog: {
    method: 'GET',
    path: '/v1/sessions/{session}/log',
    summary: 'The log of an ended session, as raw bytes',
    query: { stream: 'pty, stdout or stderr', from: 'an absolute offset', tail: 'instead of from: so many last lines' },
  },
  killSession: {
    method: 'POST',
    path: '/v1/sessions/{session}/kill',
    summary: 'End it, or send one signal',
    body: KillRequest,
    reply: SessionReply,
  },
  resizeSession: {
    method: 'POST',
    path: '/v1/sessions/{session}/resize',
    summary: 'Resize its terminal',
    body: ResizeRequest,
    reply: SessionReply,
  },
  removeSession: {
    method: 'DELETE',
    path: '/v1/sessions/{session}',
    summary: 'Remove an ended session and its log',
    query: { force: 'end a live one first when 1' },
    reply: RemovedReply,
  },
  listProfiles: { method: 'GET', path: '/v1/profiles', summary: 'Profiles', query: AGENT_PATH, reply: ProfilesReply },
  createProfile: { method: 'POST', path: '/v1/profiles', summary: 'Create a profile', body: NewProfile, reply: NewProfileReply },
  showProfile: { method: 'GET', path: '/v1/profiles/{profile}', summary: 'One profile', query: AGENT_PATH, reply: ProfileReply },
  removeProfile: {
    method: 'DELETE',
    path: '/v1/profiles/{profile}',
    summary: 'Remove a profile and its login',
    reply: RemovedReply,
  },
} as const satisfies Record<string, Route>

export type RouteName = keyof typeof routes

/** The parsed body that a route takes; undefined for one without. */
export type RouteBody<N extends RouteName> = (typeof routes)[N] extends { readonly body: infer S extends v.GenericSchema }
  ? v.InferOutput<S>
  : undefined

/** The document that a route answers with; never for one that answers with raw bytes. */
export type RouteReply<N extends RouteName> = (typeof routes)[N] extends { readonly reply: infer S extends v.GenericSchema }
  ? v.InferOutput<S>
  : never

/** The path with its parameters filled in. */
export function routePath(path: string, parameters: Readonly<Record<string, string>> = {}): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(parameters[name] ?? ''))
}

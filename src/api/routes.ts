/**
 * The control API as data: the server dispatches on this table and checks by it, the client checks by it, and the OpenAPI
 * document is generated from it. The addresses alone are in `route-addresses.ts`.
 */
import * as v from 'valibot'
import {
  ChangedProfileReply,
  DaemonReply,
  DoneReply,
  Endpoint,
  EnvironmentReply,
  KillRequest,
  NewProfileReply,
  NewSession,
  ProfileRemovedReply,
  ProfileReply,
  ProfilesReply,
  PruneReply,
  PruneRequest,
  RemovedReply,
  RenameRequest,
  ResizeRequest,
  SessionReply,
  SessionsReply,
  UnpinnedReply,
} from './control.js'
import { EventGap, PerchEvent } from './event.js'
import { EnvironmentRequest, NewProfile, ProfileChanges } from './profile.js'
import { type RouteAddress, routeAddresses } from './route-addresses.js'
import { ResolveReply, ResolveRequest, SyncConflictsReply, SyncLogReply, SyncStatusReply } from './sync.js'
import { UsageImportReply, UsageImportRequest, UsageReply } from './usage.js'

export interface Route extends RouteAddress {
  readonly summary: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: v.GenericSchema
  /** Absent: a stream of raw bytes, or of `lines`. */
  readonly reply?: v.GenericSchema
  /** Of a stream of JSON documents, one a line. */
  readonly lines?: v.GenericSchema
}

/** The profile `default` is the first agent found installed: on the PATH of whoever asks, not on the daemon's. */
const AGENT_PATH = { path: 'the PATH on which agents are looked for' }

const SYNC_PROFILE = { profile: 'only of this profile' }

export const routes = {
  daemon: { ...routeAddresses.daemon, summary: 'Versions and the running daemon', reply: DaemonReply },
  stopDaemon: { ...routeAddresses.stopDaemon, summary: 'Stop the daemon; sessions go on', reply: DoneReply },
  openApi: { ...routeAddresses.openApi, summary: 'This API', reply: v.looseObject({}) },
  listSessions: {
    ...routeAddresses.listSessions,
    summary: 'Sessions, newest first',
    query: {
      all: 'also ended ones when 1',
      profile: 'of this profile',
      originator: 'started by this one',
      state: 'starting, running, exited or lost; ended ones too',
      label: 'K=V; may be repeated',
    },
    reply: SessionsReply,
  },
  createSession: { ...routeAddresses.createSession, summary: 'Start a session', body: NewSession, reply: SessionReply },
  showSession: { ...routeAddresses.showSession, summary: 'One session', reply: SessionReply },
  endpoint: { ...routeAddresses.endpoint, summary: 'Where its bytes are', reply: Endpoint },
  /** Bytes of an ended session. A live one answers 409: its bytes come from its own socket, never through the daemon. */
  readLog: {
    ...routeAddresses.readLog,
    summary: 'The log of an ended session, as raw bytes',
    query: { stream: 'pty, stdout or stderr', from: 'an absolute offset', tail: 'instead of from: so many last lines' },
  },
  /** Records of `log-index.ts`. Of a live session too: only its bytes are its host's business. */
  readLogIndex: {
    ...routeAddresses.readLogIndex,
    summary: 'When the bytes of a log came and which size its terminal had, as records of 24 bytes',
    query: { stream: 'pty, stdout or stderr', from: 'an absolute offset' },
  },
  killSession: {
    ...routeAddresses.killSession,
    summary: 'End it, or send one signal',
    body: KillRequest,
    reply: SessionReply,
  },
  resizeSession: {
    ...routeAddresses.resizeSession,
    summary: 'Resize its terminal',
    body: ResizeRequest,
    reply: SessionReply,
  },
  renameSession: {
    ...routeAddresses.renameSession,
    summary: 'Give it another name',
    body: RenameRequest,
    reply: SessionReply,
  },
  removeSession: {
    ...routeAddresses.removeSession,
    summary: 'Remove an ended session and its log',
    query: { force: 'end a live one first when 1' },
    reply: RemovedReply,
  },
  pruneSessions: {
    ...routeAddresses.pruneSessions,
    summary: 'Remove ended sessions and their logs',
    body: PruneRequest,
    reply: PruneReply,
  },
  /** Follows for ever with `follow`, and otherwise ends at the last event there is. */
  events: {
    ...routeAddresses.events,
    summary: 'What happens to sessions: numbered events, one JSON document a line',
    query: {
      since: 'only events after this number; without it all that are held, and with follow those from now on',
      follow: 'go on with what happens when 1',
    },
    lines: v.union([PerchEvent, EventGap]),
  },
  listProfiles: { ...routeAddresses.listProfiles, summary: 'Profiles', query: AGENT_PATH, reply: ProfilesReply },
  createProfile: { ...routeAddresses.createProfile, summary: 'Create a profile', body: NewProfile, reply: NewProfileReply },
  showProfile: { ...routeAddresses.showProfile, summary: 'One profile', query: AGENT_PATH, reply: ProfileReply },
  acceptAccount: {
    ...routeAddresses.acceptAccount,
    summary: 'The account that is logged in now is the right one for this profile',
    reply: ProfileReply,
  },
  changeProfile: {
    ...routeAddresses.changeProfile,
    summary: 'Change what the file of a profile says',
    body: ProfileChanges,
    reply: ChangedProfileReply,
  },
  renameProfile: {
    ...routeAddresses.renameProfile,
    summary: 'Give a profile another name',
    body: RenameRequest,
    reply: ChangedProfileReply,
  },
  removeProfile: {
    ...routeAddresses.removeProfile,
    summary: 'Remove a profile and its login, with the folder rules that name it',
    reply: ProfileRemovedReply,
  },
  lendEnvironment: {
    ...routeAddresses.lendEnvironment,
    summary: 'What to set and to unset for tools that perch does not start; the runtime of the profile is pinned',
    body: EnvironmentRequest,
    reply: EnvironmentReply,
  },
  returnEnvironment: {
    ...routeAddresses.returnEnvironment,
    summary: 'Nobody uses that environment any more',
    reply: UnpinnedReply,
  },
  syncStatus: {
    ...routeAddresses.syncStatus,
    summary: 'What is kept in step, and what stands in the way',
    query: SYNC_PROFILE,
    reply: SyncStatusReply,
  },
  syncLog: {
    ...routeAddresses.syncLog,
    summary: 'What sync did, newest last',
    query: { ...SYNC_PROFILE, limit: 'so many of the newest; 200 when absent' },
    reply: SyncLogReply,
  },
  syncConflicts: {
    ...routeAddresses.syncConflicts,
    summary: 'What lost a conflict, or was only not thrown away, and is kept',
    query: { ...SYNC_PROFILE, id: 'only this one: an id, or a unique beginning of one; may be repeated' },
    reply: SyncConflictsReply,
  },
  resolveSync: {
    ...routeAddresses.resolveSync,
    summary: 'Take either side of kept conflicts',
    body: ResolveRequest,
    reply: ResolveReply,
  },
  usage: {
    ...routeAddresses.usage,
    summary: 'What accounts have used and have left, as their agents told',
    query: {
      ...AGENT_PATH,
      profile: 'only of this profile',
      by: 'rows by session, model, day or folder; none without it',
      since: 'only what was used from then on (ISO 8601), by the quarter of an hour; all there is without it',
      zone: 'the time zone whose days are meant, such as Europe/Berlin; that of the daemon without it',
    },
    reply: UsageReply,
  },
  importUsage: {
    ...routeAddresses.importUsage,
    summary: 'Count what the transcripts of Claude Code tell and no session has told; running it again changes nothing',
    body: UsageImportRequest,
    reply: UsageImportReply,
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

/**
 * The package's entry: sessions owned by the calling program, runtimes of profiles, and the typed client of perch's
 * daemon and of the sessions' own sockets. `docs/library.md` is the guide.
 */

export type { Attached, AttachFrom, AttachParams } from './api/attach-protocol.js'
export type { KillRequest, NewSession, Program, PruneRequest } from './api/control.js'
export { type EventGap, type EventLine, type EventType, isEventGap, type PerchEvent } from './api/event.js'
export type { HostStatus } from './api/host-protocol.js'
export type { IndexRecord } from './api/log-index.js'
export type { NewProfile, Profile, ProfileDetail } from './api/profile.js'
export type {
  Attachment,
  Exit,
  Outcome,
  Session,
  SessionState,
  Size,
  StreamExtent,
  StreamName,
  Tee,
  TeePolicy,
} from './api/session.js'
export type { ExitRecord } from './api/session-record.js'
export type { AddTeeParams, TeeTarget } from './api/tee-protocol.js'
export type { AttachmentEvent, CloseReason } from './client/attachment-events.js'
export type { HostAttachment } from './client/attachment-output.js'
export type { LogBytes, LogStart } from './client/call-route.js'
export type { EventRequest } from './client/event-request.js'
export { connectHost, type HostConnection } from './client/host-connection.js'
export type { HostRequests } from './client/host-requests.js'
export type { LogIndex } from './client/log-index.js'
export { readSessionLog } from './client/log-reader.js'
export type { LogEvent, LogRequest } from './client/log-request.js'
export type { PerchClient, SessionFilter } from './client/perch-client.js'
export { stopDaemon } from './client/stop-daemon.js'
export type { TeePiece } from './host/tee/tee-sink.js'
export { type AcquireOptions, acquireRuntime, type ReleasedRuntime, type RuntimeLease } from './library/acquire-runtime.js'
export { type ConnectOptions, connectPerch } from './library/connect-perch.js'
export type { EmbeddedSession, ReadLogOptions, StreamEvent } from './library/embedded-session.js'
export { hasLiveSession, type LivenessOptions } from './library/has-live-session.js'
export { openPipeSession, openPtySession } from './library/open-session.js'
export { readStoredLog, type StoredLogOptions } from './library/read-stored-log.js'
export type { AttachOptions, SessionAttachment } from './library/session-attachment.js'
export type { LogPlace, PipeSessionOptions, PtySessionOptions, SessionProgram } from './library/session-options.js'
export { type SessionRequest, sessionRequest } from './library/session-request.js'
export type {
  ChannelOptions,
  ChannelTee,
  RingOptions,
  RingTee,
  SessionTee,
  SessionTees,
  TeeOptions,
  TeeSinkOptions,
} from './library/session-tees.js'
export type { EnvironmentChanges } from './platform/environment-changes.js'
export { type PerchPaths, perchPaths } from './platform/paths.js'
export { PerchError } from './platform/perch-error.js'

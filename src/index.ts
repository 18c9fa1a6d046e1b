/**
 * The package's entry: the typed client of perch's daemon and of the sessions' own sockets.
 */
export type { NewSession, Program } from './api/control.js'
export type { Attached, AttachFrom, AttachParams, HostStatus } from './api/host-protocol.js'
export type { NewProfile, Profile, ProfileDetail } from './api/profile.js'
export type { Exit, ExitRecord, Outcome, Session, SessionState, Size, StreamName } from './api/session.js'
export type { AttachmentEvent, CloseReason } from './client/attachment-events.js'
export type { LogBytes, LogStart } from './client/call-route.js'
export { connectHost, type HostAttachment, type HostConnection } from './client/host-connection.js'
export { readSessionLog } from './client/log-reader.js'
export type { LogEvent, LogRequest } from './client/log-request.js'
export { connectPerch, type PerchClient } from './client/perch-client.js'
export { stopDaemon } from './client/stop-daemon.js'
export { type PerchPaths, perchPaths } from './platform/paths.js'
export { PerchError } from './platform/perch-error.js'

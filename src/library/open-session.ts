/**
 * Sessions inside the calling program: the same process ownership, log, attachments and tees as in a host, without
 * daemon, socket or folder. The program owns what it opens, and the session ends with it. The code behind is loaded with
 * the first call: who only talks to the daemon does not pay for it.
 */
import type { EmbeddedSession } from './embedded-session.js'
import type { PipeSessionOptions, PtySessionOptions } from './session-options.js'

/**
 * Starts a program on a terminal of its own: one stream, `pty`.
 * @example
 * await using session = await openPtySession({ argv: ['vim'], size: { cols: 120, rows: 40 } })
 * @throws PerchError `bad-request`, `empty-command`, `program-not-found`, `program-not-executable`, `folder-not-found`,
 *   `command-too-long`, `spawn-failed`, `platform-unsupported`; the signal's reason when aborted. No session exists then.
 */
export async function openPtySession(options: PtySessionOptions): Promise<EmbeddedSession> {
  const { startPtySession } = await import('./start-session.js')
  return await startPtySession(options)
}

/**
 * Starts a program on pipes: the streams `stdout` and `stderr`, or `stdout` alone with `mergeStderr`.
 * @example
 * await using session = await openPipeSession({ command: 'make test', cwd: 'project' })
 * @throws PerchError as `openPtySession`
 */
export async function openPipeSession(options: PipeSessionOptions): Promise<EmbeddedSession> {
  const { startPipeSession } = await import('./start-session.js')
  return await startPipeSession(options)
}

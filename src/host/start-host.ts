/**
 * From a spec to a running session: lock, lease, record, socket, child, in this order, and all of it undone when one of
 * them fails. Once the child runs nothing is undone any more: a session is not ended for a file that cannot be written.
 */
import { join } from 'node:path'
import type { HostSpec } from '../api/host-spec.js'
import type { SessionRecord } from '../api/session-record.js'
import { writeJsonAtomic } from '../platform/files/atomic-file.js'
import { type FileLock, waitForFileLock } from '../platform/files/file-lock.js'
import { addLeaseProcess, holdLease } from '../platform/files/lease-file.js'
import { PerchError } from '../platform/perch-error.js'
import type { OwnedProcess } from '../platform/process/owned-process.js'
import { identifyProcess, type ProcessIdentity } from '../platform/process/process-identity.js'
import { requireFolder } from '../platform/process/resolve-program.js'
import { readScreenProgram } from '../screen/thread/screen-program.js'
import { holdForClient } from './attach/expected-client.js'
import { EventFile } from './event-file.js'
import { SessionLog } from './log/session-log.js'
import type { PreparedAhead } from './prepared-ahead.js'
import { OwnedSession } from './session.js'
import { SessionSignals } from './signals/session-signals.js'
import { SessionServer } from './socket/session-server.js'
import { initialSize, prepareChild } from './spawn-child.js'

/** The lock is only ever held for the moment in which somebody asks whether a host lives. */
const LOCK_TIMEOUT_MS = 2_000

export interface StartedHost {
  readonly session: OwnedSession
  readonly server: SessionServer
  readonly record: SessionRecord
  /** Settles when the client that the session was started for is attached, or is not awaited any more. */
  readonly clientAwaited: Promise<void>
}

/**
 * Starts the session.
 * @throws PerchError why there is none; then nothing of it is left but the folder
 */
export async function startHost(spec: HostSpec, report: (problem: unknown) => void, ahead?: PreparedAhead): Promise<StartedHost> {
  requireFolder(spec.record.cwd)
  const prepared = prepareChild(spec, ahead?.pipes)
  const undo: (() => unknown)[] = [() => prepared.abandon()]
  try {
    const lock = await waitForFileLock(join(spec.folder, 'host.lock'), { timeoutMs: LOCK_TIMEOUT_MS, what: 'the session' })
    undo.push(() => lock.close())
    const lease = spec.record.lease === null ? undefined : await holdLease(spec.record.lease)
    undo.push(() => lease?.close())
    const record: SessionRecord = { ...spec.record, host: { ...requireIdentity() }, child: null }
    writeRecord(spec.folder, record)
    const server = await SessionServer.bind(record.socket, report)
    undo.push(() => server.close())
    // Before the child runs: what is installed may be replaced under a session.
    const screenProgram = spec.record.kind === 'pty' ? readScreenProgram() : undefined
    const signals = await openSignals(spec, report)
    undo.push(() => signals?.close())
    const child = await prepared.spawn({
      env: { ...spec.env, ...signals?.env },
      argv: signals?.commandLine(record.argv) ?? record.argv,
    })
    undo.push(() => child.close())
    return ownChild({ spec, record, child, server, lease, signals, screenProgram, report })
  } catch (error) {
    for (const step of undo.reverse()) await step()
    throw error
  }
}

function ownChild(parts: {
  readonly spec: HostSpec
  readonly record: SessionRecord
  readonly child: OwnedProcess
  readonly server: SessionServer
  readonly lease: FileLock | undefined
  readonly signals: SessionSignals | undefined
  readonly screenProgram: string | undefined
  readonly report: (problem: unknown) => void
}): StartedHost {
  const { spec, child, server, lease, signals, screenProgram, report } = parts
  const { folder, limits } = spec
  const identity = identifyProcess(child.pid) ?? null
  const record: SessionRecord = { ...parts.record, child: identity && { ...identity } }
  const attempt = (step: () => void) => {
    try {
      step()
    } catch (error) {
      report(error)
    }
  }
  const eventFile = new EventFile(folder)
  const session: OwnedSession = new OwnedSession({
    id: record.id,
    process: child,
    child: identity,
    log: new SessionLog({
      ...limits,
      folder,
      streams: child.streams,
      onProblem: (message) => {
        report(message)
        session.events.emit('log-problem', { problem: message })
      },
    }),
    size: initialSize(spec),
    hooksExpected: spec.signals?.settings != null,
    screen:
      screenProgram === undefined
        ? undefined
        : {
            program: screenProgram,
            heldBytes: limits.log === 'disk' ? limits.logBytes : limits.memoryBytes,
            isAwaited: spec.expectsClient ?? false,
            report,
          },
    drainMs: limits.drainMs,
    recordEvent: (event) => attempt(() => eventFile.append(event)),
    lastWords: () => signals?.drained().catch(report) ?? Promise.resolve(),
    recordExit: (exit) => {
      // The daemon looks for what the agent told at last once it knows of the end.
      attempt(() => signals?.close())
      attempt(() => writeJsonAtomic(join(folder, 'exit.json'), exit, { durable: true }))
      // Whoever is told of the exit may tear the runtime down.
      lease?.close()
    },
  })
  signals?.listen({ onHook: (signal) => session.attention.hooked(signal), onWritten: () => session.events.emit('signals', {}) })
  const clientAwaited = spec.expectsClient ? holdForClient(session) : Promise.resolve()
  void clientAwaited.then(() => {
    if (session.attachments.list().length === 0) session.screen?.unattended(0)
  })
  if (identity && record.lease !== null) attempt(() => addLeaseProcess(record.lease ?? '', identity))
  attempt(() => writeRecord(folder, record))
  return { session, server, record, clientAwaited }
}

function openSignals({ signals, folder }: HostSpec, report: (problem: unknown) => void): Promise<SessionSignals | undefined> {
  if (signals === undefined) return Promise.resolve(undefined)
  return SessionSignals.open({ plan: signals, sessionFolder: folder, report })
}

function writeRecord(folder: string, record: SessionRecord): void {
  writeJsonAtomic(join(folder, 'session.json'), record)
}

function requireIdentity(): ProcessIdentity {
  const identity = identifyProcess(process.pid)
  if (identity) return identity
  throw new PerchError('host-start-failed', 'the host cannot find itself among the processes', { hint: 'Is /proc mounted?' })
}

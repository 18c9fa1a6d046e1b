/**
 * The host program: owns exactly one session, from the spec on its standard input to the exit record. It answers the one
 * who started it with one line and then holds nothing of theirs; after that, no fault here ends the session. With `--spare`
 * it is started ahead, with nothing of anybody's, for a session that somebody may want.
 */
import { writeSync } from 'node:fs'
import type { HostReady, HostSpec } from '../api/host-spec.js'
import { closeInheritedDescriptors } from '../platform/process/inherited-descriptors.js'
import { DaemonWatch } from './daemon-watch.js'
import { report } from './host-journal.js'
import { prepareAhead } from './prepared-ahead.js'
import { readSpec, replaceDescriptor } from './read-spec.js'
import { wireError } from './socket/wire-error.js'
import { type StartedHost, startHost } from './start-host.js'

/** The grace for a host that is told to end (SIGTERM, as at a shutdown of the machine). */
const SHUTDOWN_GRACE_MS = 5_000

const STDOUT = 1

const isSpare = process.argv.includes('--spare')

// Nothing of whoever started this reaches the agent.
closeInheritedDescriptors()
process.on('uncaughtException', report)
process.on('unhandledRejection', report)
// The terminal that perch was started from may be interrupted; sessions stay. SIGHUP has a meaning below, and never ends a host.
process.on('SIGINT', () => undefined)
process.on('SIGHUP', () => undefined)
// Node would open its debugger on a port.
process.on('SIGUSR1', () => undefined)

void run()

async function run(): Promise<void> {
  let spec: HostSpec | undefined
  let host: StartedHost
  try {
    const ahead = isSpare ? prepareAhead() : undefined
    spec = await readSpec(isSpare)
    if (!spec) process.exit(0)
    host = await startHost(spec, report, await ahead)
  } catch (error) {
    answer({ ok: false, error: wireError(error) })
    process.exit(1)
  }
  const ended = own(spec, host)
  answer({ ok: true, record: host.record, status: host.session.status() })
  // A host whose session is over has no reason to stay, whatever went wrong in taking leave of its clients.
  await ended.catch(report)
  process.exit(0)
}

async function own(spec: HostSpec, { session, server, clientAwaited }: StartedHost): Promise<void> {
  const daemons = new DaemonWatch({ stateFolder: spec.stateFolder, report })
  server.serve(session, {
    onSubscribed: (client) => {
      if (client.isDaemon) daemons.joined(client)
    },
    onClosed: (client) => daemons.left(client),
    report,
  })
  // From the daemon, when the socket's file has vanished. Harmless when it has not, and to a host that is still starting.
  process.on('SIGHUP', () => {
    server.restore().catch(report)
  })
  process.on('SIGTERM', () => {
    session.terminate(SHUTDOWN_GRACE_MS).catch(report)
  })
  const exit = await session.ended
  daemons.ended()
  await clientAwaited
  await Promise.all([server.finish(exit), session.terminationDone()])
  session.screen?.close()
}

function answer(ready: HostReady): void {
  try {
    writeSync(STDOUT, `${JSON.stringify(ready)}\n`)
  } catch (error) {
    // Whoever asked is gone. The session is on disk, and the next daemon finds it.
    report(error)
  }
  replaceDescriptor(STDOUT, '/dev/null', 'w')
}

/**
 * The host program: owns exactly one session, from the spec on its standard input to the exit record. It answers the one
 * who started it with one line and then holds nothing of theirs; after that, no fault here ends the session.
 */
import { closeSync, createReadStream, openSync, writeSync } from 'node:fs'
import * as v from 'valibot'
import { type HostReady, HostSpec } from '../api/host-spec.js'
import { messageOf, PerchError } from '../platform/perch-error.js'
import { closeInheritedDescriptors } from '../platform/process/inherited-descriptors.js'
import { DaemonWatch } from './daemon-watch.js'
import { report } from './host-journal.js'
import { wireError } from './socket/wire-error.js'
import { type StartedHost, startHost } from './start-host.js'

/** The grace for a host that is told to end (SIGTERM, as at a shutdown of the machine). */
const SHUTDOWN_GRACE_MS = 5_000

/** The daemon writes the spec at once; it waits 20 s for the answer. */
const SPEC_TIMEOUT_MS = 15_000

const STDIN = 0
const STDOUT = 1

// Nothing of whoever started this reaches the agent.
closeInheritedDescriptors()
process.on('uncaughtException', report)
process.on('unhandledRejection', report)
// The terminal that perch was started from may be interrupted; sessions stay. SIGHUP has a meaning below, and never ends a host.
process.on('SIGINT', () => undefined)
process.on('SIGHUP', () => undefined)

void run()

async function run(): Promise<void> {
  let spec: HostSpec
  let host: StartedHost
  try {
    spec = await readSpec()
    host = await startHost(spec, report)
  } catch (error) {
    answer({ ok: false, error: wireError(error) })
    process.exit(1)
  }
  const ended = own(spec, host)
  answer({ ok: true, record: host.record })
  await ended
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
}

/** Reads the spec to the end of standard input. */
async function readSpec(): Promise<HostSpec> {
  // Nothing exists yet: whoever started this host and then hung gets no session.
  const giveUp = setTimeout(() => process.exit(1), SPEC_TIMEOUT_MS)
  const chunks: Buffer[] = []
  for await (const chunk of createReadStream('', { fd: STDIN, autoClose: false })) chunks.push(chunk)
  clearTimeout(giveUp)
  replaceByNull(STDIN, 'r')
  try {
    return v.parse(HostSpec, JSON.parse(Buffer.concat(chunks).toString('utf8')))
  } catch (cause) {
    throw new PerchError('host-start-failed', `the host was given a spec it cannot read: ${messageOf(cause)}`, { cause })
  }
}

function answer(ready: HostReady): void {
  try {
    writeSync(STDOUT, `${JSON.stringify(ready)}\n`)
  } catch (error) {
    // Whoever asked is gone. The session is on disk, and the next daemon finds it.
    report(error)
  }
  replaceByNull(STDOUT, 'w')
}

/** Closes a standard descriptor and puts /dev/null there, so that no later file gets its number. */
function replaceByNull(fd: number, flags: string): void {
  closeSync(fd)
  openSync('/dev/null', flags)
}

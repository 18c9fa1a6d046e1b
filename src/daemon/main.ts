/**
 * The program `perchd`: one daemon for a state folder. A second one ends at once without a word, so that any number of
 * commands may start it at the same time.
 */
import { ensureFolder } from '../platform/files/atomic-file.js'
import { daemonLogPath, perchPaths } from '../platform/paths.js'
import { messageOf } from '../platform/perch-error.js'
import { closeInheritedDescriptors } from '../platform/process/inherited-descriptors.js'
import { startDaemon } from './daemon.js'
import { type DaemonLog, errorFields, openDaemonLog } from './daemon-log.js'

// What a script had open when it ran perch (`flock 200`) is not held on to.
closeInheritedDescriptors()
// Node would open its debugger on a port.
process.on('SIGUSR1', () => undefined)

main().catch((error) => {
  // Into the log of the daemon, to which whoever started it points this stream.
  process.stderr.write(`${messageOf(error)}\n`)
  process.exit(1)
})

async function main(): Promise<void> {
  // What the daemon makes is its person's alone; each session gets the umask of the shell that asked for it.
  process.umask(0o077)
  const paths = perchPaths()
  ensureFolder(paths.state)
  const log = openDaemonLog(daemonLogPath(paths), { debug: process.env.PERCH_LOG === 'debug' })
  endOnFailure(log)
  const daemon = await startDaemon(paths, log)
  if (daemon) {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => daemon.stop(signal))
    await daemon.ended
  }
  // What did not end within its bound (a release that waits for a profile's lock) is done again by the next daemon.
  process.exit(0)
}

/** The state is on disk and in the hosts: a daemon in doubt about itself ends, and the next command starts another. */
function endOnFailure(log: DaemonLog): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      log.warn('the daemon failed and ends', errorFields(error))
      process.exit(1)
    })
  }
}

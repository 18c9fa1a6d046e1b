/** `perch record export`: what a session wrote, as an asciinema recording. */
import { resolve } from 'node:path'
import type { Session } from '../../api/session.js'
import { PerchError } from '../../platform/perch-error.js'
import { FirstEnd } from '../first-end.js'
import type { CastSummary } from '../recording/cast-encoder.js'
import { type CastTarget, openCastFile, openCastOutput } from '../recording/cast-target.js'
import { type RecordingJob, writeRecording } from '../recording/write-recording.js'
import { nothingShown, type VerbResult } from '../result.js'
import { exitCodeOfSignal } from '../session-exit.js'
import { currentFolder } from '../shell/current-folder.js'
import { requireDecodable } from '../shell/undecodable-words.js'
import { listen } from '../streams/own-signals.js'
import type { CliContext, Invocation } from '../verb.js'

export async function run({ positionals, flags }: Invocation, context: CliContext): Promise<VerbResult> {
  const [asked = '', file = ''] = positionals
  const force = flags.has('force')
  requireDecodable([file])
  if (file === '') throw wrong('FILE is empty')
  if (file === '-' && flags.has('json')) throw wrong('--json and a FILE of - would both be standard output')
  if (file === '-' && force) throw wrong('--force is for a file')
  const client = await context.client()
  const { session } = await client.endpoint(asked)
  requireReadable(session)
  if (file === '-') {
    await writeRecording({ client, session, target: openCastOutput(), notice: context.notice })
    return nothingShown()
  }
  return exportToFile({ client, session, file, force, notice: context.notice })
}

interface FileExport extends Omit<RecordingJob, 'target'> {
  /** As the person wrote it. */
  readonly file: string
  readonly force: boolean
}

async function exportToFile({ client, session, file, force, notice }: FileExport): Promise<VerbResult> {
  const path = resolve(currentFolder(), file)
  const ending = new FirstEnd<CastSummary>()
  let signal: NodeJS.Signals | undefined
  // Before the staged file is made: it must not outlive perch.
  const stopSignals = listen(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'], (received) => {
    signal ??= received
    ending.fail(new PerchError('interrupted', `ended by ${signal}`))
  })
  let target: CastTarget | undefined
  try {
    target = await openCastFile(path, { force })
    // What is waited for, a daemon or a host, may not come: a signal ends it all the same.
    writeRecording({ client, session, target, notice }).then(
      (summary) => ending.set(summary),
      (error: unknown) => ending.fail(error),
    )
    const summary = await ending.reached
    return {
      shown: { kind: 'lines', lines: [summaryText(file, summary)] },
      document: { recording: { session: session.id, file: path, ...summary } },
    }
  } catch (error) {
    if (signal === undefined) throw error
    notice(`ended by ${signal}; ${file} was not written`)
    return nothingShown(exitCodeOfSignal(signal))
  } finally {
    stopSignals()
    await target?.discard()
  }
}

/** `demo.cast: 80x24, 12.3 s`. */
function summaryText(file: string, { size, durationMs }: CastSummary): string {
  return `${file}: ${size.cols}x${size.rows}, ${(durationMs / 1000).toFixed(1)} s`
}

function requireReadable(session: Session): void {
  if (session.problem === undefined) return
  throw new PerchError('corrupt-session', `the record of ${session.id} cannot be read: ${session.problem}`, {
    hint: `See: perch show ${session.id}`,
  })
}

function wrong(message: string): PerchError {
  return new PerchError('usage', message, { hint: 'See: perch help record export' })
}

/**
 * What a program says about a session that it wants to own. The types are for people; whatever comes in is checked
 * against a schema all the same, since a library is also called from JavaScript.
 */
import * as v from 'valibot'
import { Size } from '../api/session.js'
import { checkOptions } from './check-options.js'
import { EnvironmentSchema, PlainText } from './common-options.js'

/** What a session runs: a program with its arguments, or one line for `/bin/sh`. */
export type SessionProgram =
  | { readonly argv: readonly string[]; readonly command?: undefined }
  | { readonly command: string; readonly argv?: undefined }

/** Where the log of a session is kept, beside the last `memoryBytes` of each stream in memory: 1 MiB when absent, at least 256 KiB. */
export type LogPlace =
  /** Nowhere else. What memory has dropped is told as a gap. */
  | { readonly in: 'memory'; readonly memoryBytes?: number | undefined }
  /** In a folder of its own, which stays. It is made if missing, and must not hold the log of another session. */
  | {
      readonly in: 'folder'
      readonly folder: string
      /** Cap on the disk, all streams together; 64 MiB when absent. */
      readonly limitBytes?: number | undefined
      readonly memoryBytes?: number | undefined
    }
  /** In a temporary folder, which goes when the session is closed. */
  | { readonly in: 'temporary-folder'; readonly limitBytes?: number | undefined; readonly memoryBytes?: number | undefined }

interface CommonOptions {
  /** The folder that the program starts in; this process's own when absent. */
  readonly cwd?: string | undefined
  /** All of the program's environment; this process's own when absent. `PERCH_SESSION` is added. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  readonly umask?: number | undefined
  /** Soft limit of open files (RLIMIT_NOFILE). Node raises its own at start, which the program would inherit. */
  readonly openFilesLimit?: number | undefined
  /** Niceness. Less than this process's own is only given where the system allows it. */
  readonly nice?: number | undefined
  /** In memory, 1 MiB of each stream, when absent. */
  readonly log?: LogPlace | undefined
  /** How long the pipes of a program that left descendants behind stay open; 2,000 when absent. */
  readonly drainMs?: number | undefined
  /** How long `close` waits between the soft signals and SIGKILL; 5,000 when absent. */
  readonly graceMs?: number | undefined
  /** Aborting it closes the session; aborted before, no session comes to be. */
  readonly signal?: AbortSignal | undefined
}

export type PtySessionOptions = SessionProgram &
  CommonOptions & {
    /** The terminal's size; 80 by 24 when absent. */
    readonly size?: Size | undefined
  }

export type PipeSessionOptions = SessionProgram &
  CommonOptions & {
    /** One pipe for stdout and stderr, so that their order is the program's own. */
    readonly mergeStderr?: boolean | undefined
  }

const naturalNumber = v.pipe(v.number(), v.integer(), v.minValue(0))
const milliseconds = v.pipe(v.number(), v.minValue(0))
const memoryBytes = v.optional(naturalNumber)
const limitBytes = v.optional(naturalNumber)

const LogPlaceSchema = v.variant('in', [
  v.strictObject({ in: v.literal('memory'), memoryBytes }),
  v.strictObject({ in: v.literal('folder'), folder: v.pipe(PlainText, v.nonEmpty()), limitBytes, memoryBytes }),
  v.strictObject({ in: v.literal('temporary-folder'), limitBytes, memoryBytes }),
])

const common = {
  argv: v.optional(v.array(PlainText)),
  command: v.optional(PlainText),
  cwd: v.optional(PlainText),
  env: v.optional(EnvironmentSchema),
  umask: v.optional(v.pipe(naturalNumber, v.maxValue(0o777))),
  openFilesLimit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(3))),
  nice: v.optional(v.pipe(v.number(), v.integer(), v.minValue(-20), v.maxValue(19))),
  log: v.optional(LogPlaceSchema),
  drainMs: v.optional(milliseconds),
  graceMs: v.optional(milliseconds),
  signal: v.optional(v.instance(AbortSignal)),
}

const PtyOptionsSchema = v.strictObject({ ...common, size: v.optional(Size) })
const PipeOptionsSchema = v.strictObject({ ...common, mergeStderr: v.optional(v.boolean()) })

export type CheckedPtyOptions = v.InferOutput<typeof PtyOptionsSchema>
export type CheckedPipeOptions = v.InferOutput<typeof PipeOptionsSchema>

/** @throws PerchError `bad-request` naming the option, what it should be and what it is */
export function checkPtyOptions(options: PtySessionOptions): CheckedPtyOptions {
  return checkOptions('openPtySession', PtyOptionsSchema, options)
}

/** @throws PerchError `bad-request` naming the option, what it should be and what it is */
export function checkPipeOptions(options: PipeSessionOptions): CheckedPipeOptions {
  return checkOptions('openPipeSession', PipeOptionsSchema, options)
}

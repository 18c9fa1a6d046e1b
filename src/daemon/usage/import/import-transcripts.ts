/**
 * `perch usage import`: reads the transcripts of Claude Code and counts what no session of perch has told. It goes through files
 * of any size in bounded memory and lets the daemon do other things meanwhile; running it again changes nothing, and one that
 * was killed is completed by the next.
 */
import type { UsageImport } from '../../../api/usage.js'
import { isSystemError, messageOf } from '../../../platform/perch-error.js'
import type { UsageStore } from '../usage-store.js'
import { type CountedRequests, countRequests, forgetOldRequests, type KnownSessions } from './count-requests.js'
import { readLines } from './read-lines.js'
import { type TranscriptFolder, transcriptsIn } from './transcript-files.js'
import { type TranscriptRequest, transcriptRequest } from './transcript-line.js'

export interface ImportOptions {
  readonly folders: readonly TranscriptFolder[]
  /** As they are at that moment: one may begin while the import goes on. */
  readonly sessions: () => KnownSessions
  /** @throws PerchError `usage-unavailable` */
  readonly use: <T>(action: (store: UsageStore) => T) => T
  /** The daemon ends. */
  readonly isClosing: () => boolean
}

/** An answer with a whole file in it is a megabyte; whatever is longer than this was not written by that program. */
const LINE_LIMIT_BYTES = 16 * 1024 * 1024
/** One transaction of some milliseconds. */
const BATCH = 500
/** What cannot be read is told of by so many examples. */
const PROBLEMS_TOLD = 5

export async function importTranscripts(options: ImportOptions): Promise<UsageImport> {
  const sum = new ImportSum()
  for (const folder of options.folders) {
    await sum.guarded(folder.path, async () => {
      for (const path of transcriptsIn(folder.path)) {
        if (options.isClosing()) return
        await sum.guarded(path, () => importFile(path, folder.profile, options, sum))
      }
    })
  }
  options.use(({ database }) => forgetOldRequests(database, Date.now()))
  return sum.result()
}

async function importFile(path: string, fallback: string, options: ImportOptions, sum: ImportSum): Promise<void> {
  sum.files += 1
  let batch = new Map<string, TranscriptRequest>()
  const flush = () => {
    if (batch.size === 0) return
    const requests = [...batch.values()]
    batch = new Map()
    sum.add(options.use((store) => countRequests(store, { requests, fallback, sessions: options.sessions(), nowMs: Date.now() })))
  }
  for await (const line of readLines(path, LINE_LIMIT_BYTES)) {
    if (line === undefined) sum.tooLong += 1
    // Most lines are of something else, and long: they are not parsed.
    if (line === undefined || !line.includes('"usage"')) continue
    const request = transcriptRequest(line.toString('utf8'))
    if (request === undefined) continue
    batch.set(request.name, mostOf(batch.get(request.name), request))
    if (batch.size >= BATCH) flush()
  }
  flush()
}

/** The lines of one request repeat its usage; one that was written early may know less of it. */
export function mostOf(a: TranscriptRequest | undefined, b: TranscriptRequest): TranscriptRequest {
  if (a === undefined) return b
  const { input, output, cacheRead, cacheCreation } = a.tokens
  return {
    ...a,
    tokens: {
      input: Math.max(input, b.tokens.input),
      output: Math.max(output, b.tokens.output),
      cacheRead: Math.max(cacheRead, b.tokens.cacheRead),
      cacheCreation: Math.max(cacheCreation, b.tokens.cacheCreation),
    },
  }
}

/** What an import comes to. */
class ImportSum {
  files = 0
  tooLong = 0
  readonly #counted = new Map<string, number>()
  readonly #skipped = { told: 0, live: 0, old: 0 }
  readonly #problems: string[] = []
  #knownBefore = 0

  add({ counted, knownBefore, skipped }: CountedRequests): void {
    for (const [profile, count] of counted) this.#counted.set(profile, (this.#counted.get(profile) ?? 0) + count)
    this.#knownBefore += knownBefore
    for (const why of ['told', 'live', 'old'] as const) this.#skipped[why] += skipped[why]
  }

  /** A file that cannot be read keeps no other; the database not working does. */
  async guarded(path: string, step: () => Promise<void>): Promise<void> {
    try {
      await step()
    } catch (error) {
      if (isSystemError(error)) this.#problems.push(`${path}: ${messageOf(error)}`)
      else throw error
    }
  }

  result(): UsageImport {
    const counted = [...this.#counted].sort(([a], [b]) => (a < b ? -1 : 1))
    return {
      files: this.files,
      counted: counted.map(([profile, requests]) => ({ profile, requests })),
      knownBefore: this.#knownBefore,
      toldBySessions: this.#skipped.told,
      leftForLater: this.#skipped.live,
      tooOld: this.#skipped.old,
      unreadableLines: this.tooLong,
      unreadableFiles: this.#problems.length,
      problems: this.#problems.slice(0, PROBLEMS_TOLD),
    }
  }
}

/**
 * A stand-in for Claude Code that does one thing as the real one does it: it stores a new login, under its locks, by a staging
 * file and a rename (`agents.md`: section 2). It stops before each step until the test lets it go on, so that something can be
 * killed there; afterwards it lives on until it is let go for the last time.
 */
import { existsSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../bounded.js'

/** Where it stops, in this order: the real client has its new tokens from the first on. */
export const STORING_STEPS = ['locked', 'staged', 'renamed'] as const
export type StoringStep = (typeof STORING_STEPS)[number]

const BOUND_MS = 20_000
/** The locks in the client's order; the second is a sibling of the config folder. */
const LOCKS = ['.oauth_refresh.lock', '../runtime.lock', '.storage-write.lock'] as const
/** The slowest of them is stale after a minute. */
const LONG_AGO_MS = 120_000

const PROGRAM = `
cd "$CLAUDE_CONFIG_DIR"
stop() { : > "$1/at-$2"; until [ -e "$1/go-$2" ]; do sleep 0.01; done; }
mkdir ${LOCKS.join(' ')}
stop "$1" locked
cp "$2" .credentials.json.tmp.0a1b2c
stop "$1" staged
mv .credentials.json.tmp.0a1b2c .credentials.json
stop "$1" renamed
rmdir ${[...LOCKS].reverse().join(' ')}
stop "$1" stored
`

export interface StoringClient {
  /** For `perch exec PROFILE --`. */
  readonly command: readonly string[]
  /** Resolves when it has come to this step. */
  comesTo(step: StoringStep | 'stored'): Promise<void>
  /** Lets it go on from there, or end after the last. */
  goOn(...from: readonly (StoringStep | 'stored')[]): void
}

/** `folder` is the test's own and empty; `login` is the text of the whole new file. */
export function storingClient(folder: string, login: string): StoringClient {
  const file = join(folder, 'new-login')
  writeFileSync(file, login, { mode: 0o600 })
  return {
    command: ['sh', '-ec', PROGRAM, 'sh', folder, file],
    comesTo: async (step) =>
      void (await until(
        () => existsSync(join(folder, `at-${step}`)),
        BOUND_MS,
        () => `the client at "${step}"`,
      )),
    goOn: (...from) => {
      for (const step of from) writeFileSync(join(folder, `go-${step}`), '')
    },
  }
}

/** The locks that a killed client left in this runtime are as old as they are after a minute or two. */
export function letLocksAge(runtime: string): void {
  const then = new Date(Date.now() - LONG_AGO_MS)
  for (const path of LOCKS.map((lock) => join(runtime, lock))) if (existsSync(path)) utimesSync(path, then, then)
}

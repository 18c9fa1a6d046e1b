/**
 * A person's machine for one test: an empty `HOME`, an empty `PERCH_HOME`, and an environment with nothing of the real
 * ones in it. Disposing ends what still runs in it (`end-home.ts`), reports what should not have been there any more, and
 * removes the folders.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { type PerchPaths, perchPaths, SOCKET_PATH_LIMIT_BYTES, sessionSocketPath } from '../../src/platform/paths.js'
import { endHome } from './end-home.js'
import { type Leak, reportLeaks } from './leak-check.js'
import { workerFolder } from './worker-folder.js'

/** The folders and the environment, for whoever runs something in the home without owning it. */
export interface TestHome {
  /** Holds everything; its path marks every process that was started with `env`. */
  readonly root: string
  /** `HOME`. */
  readonly home: string
  /** `PERCH_HOME`; perch makes it. */
  readonly perchHome: string
  readonly paths: PerchPaths
  /** The whole environment for children. */
  readonly env: Readonly<Record<string, string>>
  /** A new folder below the root, for a working folder and the like. */
  folder(name: string): string
}

export interface TemporaryHome extends TestHome, AsyncDisposable {}

export interface TemporaryHomeOptions {
  /** Added to the environment of children; wins over the kit's own. */
  readonly env?: Readonly<Record<string, string>> | undefined
  /** Kinds that are no leak here, because the test kills perch or an agent in the middle of its work. */
  readonly mayLeave?: readonly Leak['kind'][] | undefined
}

export function temporaryHome(options: TemporaryHomeOptions = {}): TemporaryHome {
  const root = mkdtempSync(join(workerFolder(), 'h'))
  const home = join(root, 'home')
  const perchHome = join(root, 'p')
  const temporary = join(root, 't')
  for (const folder of [home, temporary]) mkdirSync(folder, { mode: 0o700 })
  const env = { ...bareEnvironment(), HOME: home, PERCH_HOME: perchHome, TMPDIR: temporary, ...options.env }
  const paths = perchPaths(env)
  requireShortSocketPaths(paths)
  return {
    root,
    home,
    perchHome,
    paths,
    env,
    folder(name) {
      const folder = join(root, name)
      mkdirSync(folder, { mode: 0o700, recursive: true })
      return folder
    },
    async [Symbol.asyncDispose]() {
      try {
        const leaks = await endHome(root, paths)
        reportLeaks(leaks.filter(({ kind }) => !options.mayLeave?.includes(kind)))
      } finally {
        rmSync(root, { recursive: true, force: true })
      }
    },
  }
}

/** Written out, not inherited: nothing of an agent, a provider or perch around the tests reaches a child. */
function bareEnvironment(): Record<string, string> {
  return {
    PATH: [dirname(process.execPath), process.env.PATH ?? '/usr/bin:/bin'].join(delimiter),
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    SHELL: '/bin/sh',
    USER: 'tester',
    LOGNAME: 'tester',
  }
}

function requireShortSocketPaths(paths: PerchPaths): void {
  const socket = sessionSocketPath(paths, '00000000')
  if (Buffer.byteLength(socket) <= SOCKET_PATH_LIMIT_BYTES) return
  throw new Error(`the temporary folder is too deep for a socket: ${socket}; set TMPDIR to a shorter one`)
}

/** A workplace with profiles whose runtimes stand: each has a session that does nothing, and the daemon keeps them in step. */
import { closeSync, lstatSync, mkdirSync, openSync, readSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { perchPaths } from '../../src/platform/paths.js'
import { profileFolders } from '../../src/profiles/profile-definition.js'
import { openWorkplace, type Workplace } from '../workplace.js'

export interface LiveProfile {
  readonly name: string
  readonly runtime: string
  readonly durableLogin: string
}

export interface LiveHome extends Disposable {
  readonly workplace: Workplace
  readonly home: string
  readonly sharedHome: string
  readonly profiles: readonly LiveProfile[]
}

export interface LiveHomeOptions {
  readonly profiles: number
  readonly mode: 'link' | 'copy'
  /** What the person had before. */
  readonly fill?: (home: string) => void
  /** Whether perch keeps them in step; without, somebody else is measured on the same files. */
  readonly isLive?: boolean
}

export function openLiveHome({ profiles, mode, fill = () => undefined }: LiveHomeOptions): LiveHome {
  const workplace = openWorkplace()
  workplace.env.PERCH_LINK_MODE = mode
  const home = workplace.env.HOME ?? ''
  mkdirSync(join(home, '.claude'))
  fill(home)
  const paths = perchPaths(workplace.env)
  const names = Array.from({ length: profiles }, (_, at) => `p${at}`)
  for (const name of names) {
    workplace.perch('profile', 'add', name, '--agent', 'claude')
    workplace.perch('exec', name, '-d', '--pipe', '--', 'sleep', '36000')
  }
  return {
    workplace,
    home,
    sharedHome: join(home, '.claude'),
    profiles: names.map((name) => {
      const { runtime, credentials } = profileFolders(paths, name)
      return { name, runtime, durableLogin: join(credentials, '.credentials.json') }
    }),
    [Symbol.dispose]: () => workplace.close(),
  }
}

/** Replaces a file as the client does. */
export function replaceFile(path: string, text: string): void {
  writeFileSync(`${path}.tmp.1.bench`, text, { mode: 0o600 })
  renameSync(`${path}.tmp.1.bench`, path)
}

/** Milliseconds until `look` sees it; asked as fast as the loop turns, without a timer's grain. */
export async function timeUntil(what: string, look: () => boolean, boundMs = 20_000): Promise<number> {
  const from = performance.now()
  while (!look()) {
    if (performance.now() - from > boundMs) throw new Error(`not within ${boundMs} ms: ${what}`)
    await turn()
  }
  return performance.now() - from
}

/** Tells cheaply whether a file was replaced since, and then by one that ends so: reading all of a large one takes its own time. */
export function whenReplaced(path: string, holds: (end: string) => boolean): () => boolean {
  let seen = 0
  return () => {
    const { ino = 0, size = 0 } = lstatSync(path, { throwIfNoEntry: false }) ?? {}
    if (ino === 0 || ino === seen) return false
    seen = ino
    return holds(endOf(path, size))
  }
}

const END_BYTES = 4_096

function endOf(path: string, size: number): string {
  const fd = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(END_BYTES)
    return bytes.toString('utf8', 0, readSync(fd, bytes, 0, END_BYTES, Math.max(0, size - END_BYTES)))
  } finally {
    closeSync(fd)
  }
}

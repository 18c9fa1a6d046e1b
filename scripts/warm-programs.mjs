/**
 * Smaller code caches for what people start most: of what such a start runs, and nothing else. V8 reads all of a cache before anything
 * runs, and one of every function is twice to three times as large; what a start does not come to is compiled when it does. So the programs
 * that were just built are run here, in a home of their own, with a daemon and sessions that end with it.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const RUN_ONCE = fileURLToPath(new URL('run-once.cjs', import.meta.url))
/** More than is replayed as it is: the session's screen is drawn, as it is for whoever comes back. */
const LINES = 20_000
const DETACH_KEY = '\x1c'
const BOUND_MS = 30_000

/** Replaces the caches of `perch` and `perch-attach` in the folder of the built programs. */
export async function warmPrograms(folder) {
  const home = mkdtempSync(join(tmpdir(), 'perch-warm-'))
  const env = {
    HOME: home,
    PERCH_HOME: join(home, 'p'),
    PATH: [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
    SHELL: '/bin/sh',
    TERM: 'xterm-256color',
  }
  const perch = (...args) =>
    execFileSync(process.execPath, [join(folder, 'perch.cjs'), ...args], {
      env,
      cwd: home,
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: BOUND_MS,
    })
  try {
    perch('exec', '-d', '--pty', '--name', 'warm', '--', 'sh', '-c', `seq ${LINES}; exec cat`)
    await onTerminal(folder, env, 'perch', ['exec', '--', 'true'])
    await onTerminal(folder, env, 'perch-attach', ['attach', 'warm'], String(LINES))
  } finally {
    perch('kill', '--all', '--grace', '0s')
    perch('daemon', 'stop')
    rmSync(home, { recursive: true, force: true })
  }
}

/** Runs a program on a terminal, leaves it once the text has come, and takes the cache of what has run. */
async function onTerminal(folder, env, name, args, text) {
  const { openPtySession } = await import(pathToFileURL(join(folder, 'index.js')).href)
  const cache = join(env.HOME, `${name}.cache`)
  const argv = [process.execPath, RUN_ONCE, join(folder, `${name}.bundle.js`), cache, ...args]
  const session = await openPtySession({ argv, cwd: env.HOME, env, signal: AbortSignal.timeout(BOUND_MS) })
  try {
    const screen = session.attach({ mode: 'controller' })
    let seen = ''
    let isLeft = text === undefined
    for await (const event of screen) {
      if (event.type !== 'data') continue
      seen += Buffer.from(event.bytes).toString('latin1')
      if (isLeft || !seen.includes(text)) continue
      isLeft = true
      await screen.write(DETACH_KEY)
    }
  } finally {
    await session.close()
  }
  const built = readdirSync(folder).find((file) => file.startsWith(`${name}.`) && file.endsWith('.cache'))
  writeFileSync(join(folder, built), readFileSync(cache))
}

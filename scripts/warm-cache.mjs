/**
 * The code cache of the program for shims: of what a start runs, and nothing else. One of everything (`build-program.mjs`)
 * is five times as large, and reading it is then the larger part of what the program adds to Node's own start. So the program is run here,
 * in a home of its own, as a shim runs it: once to leave a runtime behind, and once more to take that over and build the next.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const RUN_ONCE = fileURLToPath(new URL('run-once.cjs', import.meta.url))

/** The cache of the bundle at `path`, from the Node that builds. */
export function warmCache(path) {
  const home = mkdtempSync(join(tmpdir(), 'perch-warm-'))
  try {
    const bin = join(home, 'bin')
    const profile = join(home, 'perch', 'profiles', 'warm')
    for (const folder of [bin, profile]) mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeFileSync(join(bin, 'claude'), '', { mode: 0o755 })
    writeFileSync(join(profile, 'profile.toml'), 'agent = "claude"\n\n[env]\nA = "b"\n')
    // It would start a daemon otherwise.
    writeFileSync(join(home, 'perch', 'daemon.stopped'), '')
    const choices = { defaultProfile: 'warm', folderRules: { '/': 'warm' } }
    writeFileSync(join(home, 'perch', 'state.json'), JSON.stringify(choices))
    const env = { HOME: home, PERCH_HOME: join(home, 'perch'), PATH: [bin, dirname(process.execPath)].join(delimiter) }
    const cache = join(home, 'cache')
    for (let run = 0; run < 2; run++) {
      // As the process of a shim it names one that ends at once.
      execFileSync(process.execPath, [RUN_ONCE, path, cache, 'claude', '{pid}'], {
        cwd: home,
        env,
        // What it says to a person is none of whoever builds; with an error it is shown.
        stdio: ['ignore', 'ignore', 'pipe'],
      })
    }
    return readFileSync(cache)
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

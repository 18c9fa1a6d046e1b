/**
 * Installs the real agents that `tests/e2e/agents/package.json` pins, beside that file: on demand, or beforehand by CI. The
 * vendor's package brings the program as a prebuilt binary in a package of its own for each platform; it is run from
 * there, so no install script has to be allowed.
 */
import { execFile } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as v from 'valibot'
import type { TestContext } from 'vitest'
import { waitForFileLock } from '../../../src/platform/files/file-lock.js'
import { messageOf } from '../../../src/platform/perch-error.js'
import { skipOrFail } from '../requirement.js'

export interface InstalledAgent {
  readonly version: string
  /** Absolute path of the program. */
  readonly program: string
  /** The folder that holds it, for `PATH`. */
  readonly folder: string
}

/** About 240 MB over a slow line. */
export const INSTALL_BOUND_MS = 5 * 60_000

const FOLDER = fileURLToPath(new URL('../../e2e/agents', import.meta.url))
const CLAUDE = '@anthropic-ai/claude-code'

const InstalledPackages = v.looseObject({ packages: v.record(v.string(), v.looseObject({ version: v.optional(v.string()) })) })
const Pins = v.looseObject({ dependencies: v.record(v.string(), v.string()) })

/** The pinned Claude Code; the test is skipped, saying why, where it cannot be installed. */
export async function requiresClaude(context: TestContext): Promise<InstalledAgent> {
  try {
    return await installClaude()
  } catch (error) {
    return skipOrFail(
      context,
      `needs ${CLAUDE} ${pinnedVersion(CLAUDE)}, which could not be installed: ${firstLine(messageOf(error))}`,
    )
  }
}

/**
 * Installs the pinned Claude Code unless it is there. Test files that run at the same time wait for one another.
 * @throws Error when npm fails, or brings no program for this platform
 */
export async function installClaude(): Promise<InstalledAgent> {
  const version = pinnedVersion(CLAUDE)
  if (!isInstalled(CLAUDE, version)) await install(CLAUDE, version)
  return installedIn(join(FOLDER, 'node_modules'), version)
}

function pinnedVersion(name: string): string {
  const pins = v.parse(Pins, JSON.parse(readFileSync(join(FOLDER, 'package.json'), 'utf8')))
  const version = pins.dependencies[name]
  if (version === undefined) throw new Error(`${name} is not pinned in ${FOLDER}/package.json`)
  return version
}

/** npm writes this file when everything else is there: a run that was ended in the middle has none. */
function isInstalled(name: string, version: string): boolean {
  const path = join(FOLDER, 'node_modules/.package-lock.json')
  if (!existsSync(path)) return false
  const { packages } = v.parse(InstalledPackages, JSON.parse(readFileSync(path, 'utf8')))
  return packages[`node_modules/${name}`]?.version === version
}

async function install(name: string, version: string): Promise<void> {
  using _lock = await waitForFileLock(join(FOLDER, '.install.lock'), {
    timeoutMs: INSTALL_BOUND_MS,
    what: 'the installation of an agent',
  })
  if (isInstalled(name, version)) return
  process.stderr.write(`installing ${name} ${version} (about 240 MB, once)\n`)
  await promisify(execFile)('npm', ['ci', '--ignore-scripts', '--loglevel=error'], { cwd: FOLDER, timeout: INSTALL_BOUND_MS })
}

/** The package for this platform is the one that npm installed beside the main package: the others are optional. */
function installedIn(modules: string, version: string): InstalledAgent {
  const scope = join(modules, '@anthropic-ai')
  for (const name of readdirSync(scope)) {
    const program = join(scope, name, 'claude')
    if (!name.startsWith('claude-code-') || !isExecutable(program)) continue
    return { version, program, folder: join(scope, name) }
  }
  throw new Error(`${modules} holds no program for ${process.platform}-${process.arch}`)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function firstLine(text: string): string {
  return text.split('\n').find((line) => line.trim() !== '') ?? text
}

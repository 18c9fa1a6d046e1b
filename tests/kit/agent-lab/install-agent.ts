/**
 * Installs the real agents that `tests/e2e/agents/package.json` pins, beside that file: on demand, or beforehand by CI. The
 * vendors' packages bring their programs ready to run, most as a binary in a package of its own for each platform; they are run
 * from there, so no install script has to be allowed.
 */
import { execFile } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
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

export type LabAgent = keyof typeof AGENTS

/** About 350 MB over a slow line. */
export const INSTALL_BOUND_MS = 5 * 60_000

const FOLDER = fileURLToPath(new URL('../../e2e/agents', import.meta.url))
const MODULES = join(FOLDER, 'node_modules')

/** The pinned package of each agent, and where its program is below `node_modules`. */
const AGENTS = {
  // The package for this platform is the one that npm installed beside the main package: the others are optional.
  claude: { name: '@anthropic-ai/claude-code', program: () => claudeProgram() },
  codex: { name: '@openai/codex', program: () => '.bin/codex' },
  gemini: { name: '@google/gemini-cli', program: () => '.bin/gemini' },
  // The package of one platform: the main package holds nothing but a script that finds it.
  opencode: { name: 'opencode-linux-x64', program: () => 'opencode-linux-x64/bin/opencode' },
} as const

const InstalledPackages = v.looseObject({ packages: v.record(v.string(), v.looseObject({ version: v.optional(v.string()) })) })
const Versions = v.optional(v.record(v.string(), v.string()), {})
const Pins = v.looseObject({ dependencies: Versions, optionalDependencies: Versions })

/** The pinned Claude Code; the test is skipped, saying why, where it cannot be installed. */
export function requiresClaude(context: TestContext): Promise<InstalledAgent> {
  return requiresAgent(context, 'claude')
}

/** The pinned agent; the test is skipped, saying why, where it cannot be installed. */
export async function requiresAgent(context: TestContext, agent: LabAgent): Promise<InstalledAgent> {
  const { name } = AGENTS[agent]
  try {
    return await installAgent(agent)
  } catch (error) {
    return skipOrFail(
      context,
      `needs ${name} ${pinnedVersion(name)}, which could not be installed: ${firstLine(messageOf(error))}`,
    )
  }
}

/**
 * Installs the pinned agents unless they are there. Test files that run at the same time wait for one another.
 * @throws Error when npm fails, or brings no program for this platform
 */
export async function installAgent(agent: LabAgent): Promise<InstalledAgent> {
  const { name, program: programOf } = AGENTS[agent]
  if (!areInstalled()) await install()
  const program = join(MODULES, programOf())
  if (!isExecutable(program)) throw new Error(`${name} has no program for ${process.platform}-${process.arch}`)
  return { version: pinnedVersion(name), program, folder: dirname(program) }
}

function pinnedVersion(name: string): string {
  const { dependencies, optionalDependencies } = pins()
  const version = { ...dependencies, ...optionalDependencies }[name]
  if (version === undefined) throw new Error(`${name} is not pinned in ${FOLDER}/package.json`)
  return version
}

/**
 * All of them: npm takes the whole folder away before it installs anything, also from under an agent that another test runs. It
 * writes this file when everything else is there: a run that was ended in the middle has none.
 */
function areInstalled(): boolean {
  const path = join(MODULES, '.package-lock.json')
  if (!existsSync(path)) return false
  const { packages } = v.parse(InstalledPackages, JSON.parse(readFileSync(path, 'utf8')))
  return Object.entries(pins().dependencies).every(([name, version]) => packages[`node_modules/${name}`]?.version === version)
}

function pins(): v.InferOutput<typeof Pins> {
  return v.parse(Pins, JSON.parse(readFileSync(join(FOLDER, 'package.json'), 'utf8')))
}

async function install(): Promise<void> {
  using _lock = await waitForFileLock(join(FOLDER, '.install.lock'), {
    timeoutMs: INSTALL_BOUND_MS,
    what: 'the installation of the agents',
  })
  if (areInstalled()) return
  process.stderr.write('installing the agents that the tests run (about 350 MB, once)\n')
  await promisify(execFile)('npm', ['ci', '--ignore-scripts', '--loglevel=error'], { cwd: FOLDER, timeout: INSTALL_BOUND_MS })
}

function claudeProgram(): string {
  const scope = '@anthropic-ai'
  const names = readdirSync(join(MODULES, scope)).filter((name) => name.startsWith('claude-code-'))
  return join(scope, names.find((name) => isExecutable(join(MODULES, scope, name, 'claude'))) ?? 'claude-code-none', 'claude')
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

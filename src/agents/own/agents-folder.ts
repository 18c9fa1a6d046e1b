/**
 * The person's own agent definitions: `agents.d/NAME.toml` in the config folder, read anew whenever they are needed, so that an
 * edit works at once; never written. A file that cannot be used is noted with the reason and keeps no other from being used.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseToml } from '../../platform/files/toml-file.js'
import { readTrustedFile, requireTrustedFolder } from '../../platform/files/trusted-file.js'
import { errnoOf, messageOf, PerchError } from '../../platform/perch-error.js'
import { AGENT_FILE_CODE, type AgentFile, parseAgentFile } from './agent-file.js'

/** A definition is some thousand bytes: what is much larger is none. */
const FILE_LIMIT_BYTES = 64 * 1024

/** Nobody has that many agents: a folder with more is a mistake, such as a link to another folder. */
const FILES_LIMIT = 100

/** The name of an agent, and of its file: it is a key in `config.toml` too. */
const AGENT_NAME = /^[a-z][a-z0-9-]{0,31}$/

const EXTENSION = '.toml'

/** What one file of the folder came to. */
export interface ReadAgentFile {
  readonly name: string
  readonly path: string
  /** The error that says what is wrong with it, in place of what it holds. */
  readonly content: AgentFile | PerchError
}

export interface AgentsFolder {
  readonly files: readonly ReadAgentFile[]
  /** Why the folder as a whole is not read; null when it is, or when there is none. */
  readonly problem: PerchError | null
}

/** Reads the folder below this config folder. */
export function readAgentsFolder(config: string): AgentsFolder {
  const folder = join(config, 'agents.d')
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith(EXTENSION) && !name.startsWith('.'))
    for (const path of [config, folder]) requireTrustedFolder(path)
    if (names.length > FILES_LIMIT) throw badFile(`${folder} holds ${names.length} files, at most ${FILES_LIMIT} are read`)
    return { files: names.sort().map((name) => readFile(folder, name)), problem: null }
  } catch (error) {
    return { files: [], problem: errnoOf(error) === 'ENOENT' ? null : asProblem(folder, error) }
  }
}

function readFile(folder: string, fileName: string): ReadAgentFile {
  const path = join(folder, fileName)
  const name = fileName.slice(0, -EXTENSION.length)
  try {
    if (!AGENT_NAME.test(name)) throw badFile(`${path}: the file's name is that of the agent and must match ${AGENT_NAME.source}`)
    const text = textOf(path, readTrustedFile(path, FILE_LIMIT_BYTES))
    return { name, path, content: parseAgentFile(parseToml(path, text, AGENT_FILE_CODE), name) }
  } catch (error) {
    return { name, path, content: asProblem(path, error) }
  }
}

function textOf(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw badFile(`${path} is not UTF-8 text`, cause)
  }
}

function asProblem(path: string, error: unknown): PerchError {
  if (error instanceof PerchError) return error
  return badFile(`${path} cannot be read: ${messageOf(error)}`, error)
}

function badFile(message: string, cause?: unknown): PerchError {
  return new PerchError(AGENT_FILE_CODE, message, { cause, hint: 'Correct it, or move it away.' })
}

/**
 * Checks what a session is to run before anything of it exists. Found out later, a missing program would be a line of
 * text in the session's own terminal.
 */
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, join, resolve } from 'node:path'
import { errnoOf, PerchError } from '../perch-error.js'

/** Where `execvp` looks without PATH (glibc's _CS_PATH), and /usr/local first as login shells do. */
const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin'

export interface ProgramLookup {
  /** The value of PATH; empty entries mean `cwd`. */
  readonly path: string | undefined
  /** What relative names start from. */
  readonly cwd: string
}

/**
 * The absolute path of the program that `name` means, found as `execvp` finds it: a name with a slash is a path, any other
 * is the first executable file in PATH.
 * @throws PerchError `program-not-found`, `program-not-executable`, `empty-command`
 */
export function resolveProgram(name: string, lookup: ProgramLookup): string {
  if (name === '') throw emptyCommand()
  const candidates = name.includes('/')
    ? [resolve(lookup.cwd, name)]
    : (lookup.path ?? DEFAULT_PATH).split(delimiter).map((folder) => join(resolve(lookup.cwd, folder), name))
  let obstacle: PerchError | undefined
  for (const candidate of candidates) {
    const found = examine(candidate)
    if (found === 'executable') return candidate
    if (found !== 'missing') obstacle ??= notExecutable(candidate, found)
  }
  throw obstacle ?? notFound(name)
}

/**
 * The command, known to name a program.
 * @throws PerchError `empty-command`
 */
export function requireCommand(argv: readonly string[]): readonly [string, ...string[]] {
  const [program, ...rest] = argv
  if (program === undefined || program === '') throw emptyCommand()
  return [program, ...rest]
}

/** Whether there is something at this path that this person could start. */
export function isProgram(path: string): boolean {
  return examine(path) === 'executable'
}

/**
 * Makes sure that a process can start in the folder.
 * @throws PerchError `folder-not-found`
 */
export function requireFolder(path: string): void {
  const refuse = (why: string, cause?: unknown) =>
    new PerchError('folder-not-found', `the working folder ${path} ${why}`, {
      cause,
      hint: 'Name a folder that exists with --cwd.',
    })
  if (!isAbsolute(path)) throw refuse('is not an absolute path')
  let isFolder: boolean
  try {
    isFolder = statSync(path).isDirectory()
    accessSync(path, constants.X_OK)
  } catch (cause) {
    throw refuse('does not exist or cannot be entered', cause)
  }
  if (!isFolder) throw refuse('is not a folder')
}

type Finding = 'executable' | 'missing' | 'is a folder' | 'is not a file' | 'has no execute permission'

function examine(path: string): Finding {
  try {
    const stat = statSync(path)
    if (stat.isDirectory()) return 'is a folder'
    if (!stat.isFile()) return 'is not a file'
    accessSync(path, constants.X_OK)
    return 'executable'
  } catch (error) {
    // Also a folder of PATH that may not be searched: `execvp` goes on to the next one, and so does this.
    if (errnoOf(error) === 'EACCES') return 'has no execute permission'
    return 'missing'
  }
}

function notFound(name: string): PerchError {
  return new PerchError('program-not-found', `${name}: program not found`, {
    hint: name.includes('/') ? 'Check the path.' : 'Install it, or check PATH in the shell that you called perch from.',
  })
}

function notExecutable(path: string, why: Finding): PerchError {
  return new PerchError('program-not-executable', `${path} cannot be run: it ${why}`, {
    hint: 'Name a program, or make the file executable with chmod +x.',
  })
}

function emptyCommand(): PerchError {
  return new PerchError('empty-command', 'there is no command to run', { hint: 'Give one after --, as in: perch exec -- ls' })
}

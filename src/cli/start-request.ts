/** What `run` and `exec` ask the daemon for, and as what they stay with the session. */
import type { NewSession, Program } from '../api/control.js'
import type { Size } from '../api/session.js'
import { PerchError } from '../platform/perch-error.js'
import { absolutePath } from './shell/current-folder.js'
import { requestingShell } from './shell/requesting-shell.js'
import { requireDecodable } from './shell/undecodable-words.js'
import { parseKeyValues } from './values/key-value.js'
import { parseSize, sizeInRange } from './values/size.js'
import { type Invocation, optionValue, optionValues } from './verb.js'

/** How the session is connected, and what stays: nothing, the terminal, or standard input and output. */
export interface StartMode {
  readonly kind: 'pty' | 'pipe'
  readonly client: 'none' | 'terminal' | 'pass-through'
}

/** Which of the standard streams are terminals. */
export interface Terminals {
  readonly stdin: boolean
  readonly stdout: boolean
  readonly stderr: boolean
}

/**
 * Decides from the flags and the terminals. Pure. Attached on a terminal needs both keyboard and screen; in the background
 * any of the three tells that a person is there, as in `id=$(perch run -d)`.
 * @throws PerchError `usage`
 */
export function decideStartMode(flags: ReadonlySet<string>, terminals: Terminals): StartMode {
  const [pipe, pty, detach] = ['pipe', 'pty', 'detach'].map((flag) => flags.has(flag))
  if (pipe && pty) throw new PerchError('usage', '--pipe and --pty exclude each other')
  if (pty && flags.has('merge-stderr')) {
    throw new PerchError('usage', '--pty and --merge-stderr exclude each other', { hint: 'A terminal has one output anyway.' })
  }
  const hasTerminal = terminals.stdin && terminals.stdout
  const hasPerson = hasTerminal || (detach && (terminals.stdin || terminals.stdout || terminals.stderr))
  const kind = pty || (!pipe && !flags.has('merge-stderr') && hasPerson) ? 'pty' : 'pipe'
  if (detach) return { kind, client: 'none' }
  return { kind, client: kind === 'pty' && hasTerminal ? 'terminal' : 'pass-through' }
}

/**
 * The request for a new session, with what it takes over from the shell.
 * @param terminalSize of the terminal here, if there is one
 * @throws PerchError `usage`, `bad-size`, `bad-request`, `folder-not-found`
 */
export function startRequest(
  invocation: Invocation,
  program: Program,
  options: { readonly kind: 'pty' | 'pipe'; readonly env: NodeJS.ProcessEnv; readonly terminalSize: Size | undefined },
): NewSession {
  requireDecodable(program.kind === 'agent' ? program.args : program.argv)
  const asked = optionValue(invocation, 'size')
  const name = optionValue(invocation, 'name')
  const originator = optionValue(invocation, 'originator')
  const nice = optionValue(invocation, 'nice')
  const size = asked === undefined ? (options.terminalSize ?? sizeFromEnvironment(options.env)) : parseSize(asked)
  return {
    ...requestingShell(options.env),
    profile: askedProfile(invocation),
    program,
    kind: options.kind,
    cwd: absolutePath(optionValue(invocation, 'cwd') ?? '.'),
    extraEnv: { ...parseKeyValues(optionValues(invocation, 'env'), '--env') },
    labels: { ...parseKeyValues(optionValues(invocation, 'label'), '--label') },
    mergeStderr: invocation.flags.has('merge-stderr'),
    ...(options.kind === 'pty' && size && { size }),
    ...(name !== undefined && { name }),
    ...(originator !== undefined && { originator }),
    ...(nice !== undefined && { nice: parseNice(nice) }),
  }
}

/** By argument or by flag; null leaves the choice to the rules. @throws PerchError `usage` */
function askedProfile(invocation: Invocation): string | null {
  const [named] = invocation.positionals
  const flagged = optionValue(invocation, 'profile')
  if (named !== undefined && flagged !== undefined && named !== flagged) {
    throw new PerchError('usage', `two profiles are asked for: ${named}, and ${flagged} with --profile`, { hint: 'Name one.' })
  }
  return named ?? flagged ?? null
}

/** Shells export these for programs whose output is no terminal. */
function sizeFromEnvironment({ COLUMNS, LINES }: NodeJS.ProcessEnv): Size | undefined {
  const [cols, rows] = [Number(COLUMNS), Number(LINES)]
  return Number.isInteger(cols) && Number.isInteger(rows) ? sizeInRange(cols, rows) : undefined
}

function parseNice(text: string): number {
  const nice = Number(text)
  if (/^[+-]?\d+$/.test(text) && nice >= -20 && nice <= 19) return nice
  throw new PerchError('usage', `--nice takes a number from -20 to 19, not ${JSON.stringify(text)}`)
}

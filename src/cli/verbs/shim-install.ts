/** `perch shim install`: puts shims into perch's own folder, and says what the person does to have them used. */
import { agentProgram } from '../../agents/installed-agents.js'
import { shimsFolder } from '../../platform/paths.js'
import { PerchError } from '../../platform/perch-error.js'
import type { VerbResult } from '../result.js'
import { personsShell } from '../shell/persons-shell.js'
import { namedShims } from '../shims/named-shims.js'
import { pathLine } from '../shims/path-line.js'
import { shimEffect } from '../shims/shim-effect.js'
import { type ShimName, shimNames, writeShim } from '../shims/shim-folder.js'
import type { Shell } from '../values/shell.js'
import { type CliContext, type Invocation, optionValue } from '../verb.js'

export async function run(invocation: Invocation, { env, paths, notice }: CliContext): Promise<VerbResult> {
  requireShell()
  const shell = personsShell(optionValue(invocation, 'shell'), env)
  const folder = shimsFolder(paths)
  const wanted = wantedShims(invocation.positionals, env)
  for (const name of wanted) writeShim(folder, name)
  for (const { agent, command } of wanted) {
    if (agentProgram(agent, env) === undefined) notice(`${command} is not installed yet; its shim will find it when it is`)
  }
  const { file, line } = pathLine(shell, folder)
  const installed = wanted.map(({ command }) => command)
  const isActive = wanted.every(({ command }) => shimEffect(folder, command, env.PATH).kind === 'active')
  const lines = [`Installed in ${folder}: ${installed.join(', ')}.`, ...(isActive ? [isFirst] : nextSteps(shell, file, line))]
  return { shown: { kind: 'lines', lines }, document: { folder, installed, active: isActive, file, line } }
}

const isFirst = 'The folder is first on PATH already.'

/** perch writes into no file of the person's. */
function nextSteps(shell: Shell, file: string, line: string): readonly string[] {
  return [
    `They are used once that folder is first on PATH. For ${shell}, add this line at the end of ${file}:`,
    `  ${line}`,
    'New shells have it then; perch shim status tells.',
  ]
}

function wantedShims(words: readonly string[], env: NodeJS.ProcessEnv): readonly ShimName[] {
  if (words.length > 0) return namedShims(words)
  const found = shimNames.filter(({ agent }) => agentProgram(agent, env) !== undefined)
  if (found.length > 0) return found
  throw new PerchError('agent-not-installed', 'no agent is on PATH that a shim could stand for', {
    hint: `Install one first, or name it: perch shim install ${shimNames[0]?.command ?? ''}`,
  })
}

/** @throws PerchError `platform-unsupported` */
function requireShell(): void {
  if (process.platform !== 'win32') return
  throw new PerchError('platform-unsupported', 'shims need a POSIX shell, which Windows does not have', {
    hint: 'Use perch run, or perch env.',
  })
}

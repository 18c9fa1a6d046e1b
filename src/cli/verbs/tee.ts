/** `perch tee`: a file or a command that gets what a session writes from now on. */
import { resolve } from 'node:path'
import { TeePolicy } from '../../api/session.js'
import type { AddTeeParams, TeeTarget } from '../../api/tee-protocol.js'
import { PerchError } from '../../platform/perch-error.js'
import type { VerbResult } from '../result.js'
import { withSessionHost } from '../session-host.js'
import { currentFolder } from '../shell/current-folder.js'
import { requestingShell } from '../shell/requesting-shell.js'
import { requireDecodable } from '../shell/undecodable-words.js'
import { parseByteSize } from '../values/byte-size.js'
import { parseCount } from '../values/count.js'
import { parseStream } from '../values/stream.js'
import { type CliContext, type Invocation, optionValue } from '../verb.js'

export async function run(invocation: Invocation, context: CliContext): Promise<VerbResult> {
  const [asked = ''] = invocation.positionals
  const params = teeParams(invocation, context.env, currentFolder())
  const tee = await withSessionHost(await context.client(), asked, (connection) => connection.addTee(params))
  return { shown: { kind: 'lines', lines: [tee.id] }, document: { tee } }
}

/**
 * What is asked of the host: paths are made absolute here, and a command gets the folder and environment of this shell.
 * @throws PerchError `usage`, `bad-request`
 */
export function teeParams(invocation: Invocation, env: NodeJS.ProcessEnv, cwd: string): AddTeeParams {
  const stream = parseStream(optionValue(invocation, 'stream'), { input: true })
  const policy = parsePolicy(optionValue(invocation, 'policy'))
  return { target: teeTarget(invocation, env, cwd), ...(stream && { stream }), ...(policy && { policy }) }
}

function teeTarget(invocation: Invocation, env: NodeJS.ProcessEnv, cwd: string): TeeTarget {
  const [file, command, rotate, keep] = ['file', 'command', 'rotate', 'keep'].map((name) => optionValue(invocation, name))
  const append = invocation.flags.has('append')
  requireDecodable([file ?? '', command ?? ''])
  if ((file === undefined) === (command === undefined)) {
    throw wrong(file === undefined ? 'perch tee needs --file or --command' : '--file and --command exclude each other')
  }
  if (command !== undefined) {
    if (append || rotate !== undefined || keep !== undefined) throw wrong('--append, --rotate and --keep are for --file')
    if (command.trim() === '') throw wrong('--command is empty')
    return { kind: 'command', command, cwd, env: requestingShell(env).env }
  }
  if (!file) throw wrong('--file is empty')
  if ((rotate === undefined) !== (keep === undefined)) throw wrong('--rotate and --keep belong together')
  return {
    kind: 'file',
    path: resolve(cwd, file),
    append,
    ...(rotate !== undefined && { rotateBytes: parseByteSize(rotate, '--rotate') }),
    ...(keep !== undefined && { keep: parseCount(keep, '--keep') }),
  }
}

function parsePolicy(text: string | undefined): TeePolicy | undefined {
  if (text === undefined) return undefined
  const policy = TeePolicy.options.find((name) => name === text)
  if (policy) return policy
  throw wrong(`there is no policy ${JSON.stringify(text)}; there are ${TeePolicy.options.join(', ')}`)
}

function wrong(message: string): PerchError {
  return new PerchError('usage', message, { hint: 'See: perch help tee' })
}

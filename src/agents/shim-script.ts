/**
 * A shim: a small script named like an agent, earlier on PATH, which becomes the agent's real program under the profile that
 * applies (`src/shim`). What it looks like is known here, because whoever looks for the real program passes shims over.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import { quotedWord } from '../platform/shell-words.js'

/** The second line of every shim begins like this, whichever perch has made it. */
const MARK = '# perch shim'
const HEAD = `#!/bin/sh\n${MARK}`

export interface ShimParts {
  /** The agent's name, and that of its program. */
  readonly agent: string
  readonly command: string
  /** The Node that runs perch, and perch's program for shims, as absolute paths. */
  readonly node: string
  readonly program: string
}

/**
 * The script. The shell stays what it is until the end: it evaluates what perch prints, and becomes the agent by `exec`. So the
 * agent has the process, the terminal, the descriptors, the signals and the very arguments that the shim was given. Its
 * variables are never exported; they are named so that they meet none that is.
 */
export function shimScript({ agent, command, node, program }: ShimParts): string {
  return `${HEAD} 1: runs ${command} under the profile that applies here (perch which --explain).
# Made by "perch shim install", removed by "perch shim uninstall".
_perch_shim_program=${quotedWord(program)}
if [ ! -f "$_perch_shim_program" ]; then
  echo "perch: this shim's perch is gone: $_perch_shim_program" >&2
  echo "  Run: perch shim install. Without perch, take the folder of $0 out of PATH." >&2
  exit 127
fi
_perch_shim_node=${quotedWord(node)}
[ -x "$_perch_shim_node" ] || _perch_shim_node=node
# Without NODE_OPTIONS: what they preload might print, and would be evaluated.
_perch_shim_code=$(NODE_OPTIONS= "$_perch_shim_node" "$_perch_shim_program" ${quotedWord(agent)} "$$" </dev/null) || exit
eval "$_perch_shim_code"
`
}

/** Whether the file is a shim of perch. One that cannot be read is none. */
export function isShim(path: string): boolean {
  let fd: number
  try {
    fd = openSync(path, 'r')
  } catch {
    return false
  }
  try {
    const head = Buffer.alloc(HEAD.length)
    return readSync(fd, head, 0, head.length, 0) === head.length && head.toString('latin1') === HEAD
  } catch {
    return false
  } finally {
    closeSync(fd)
  }
}

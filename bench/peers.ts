/** The programs that perch is measured beside: what each needs to run a command in an attached terminal. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { bundlePath } from '../src/platform/bundles.js'
import type { Workplace } from './workplace.js'

export interface Contender {
  readonly name: string
  readonly argv: readonly string[]
}

/** The contenders that are installed, bare PTY and perch first, each running `script` in a shell; and the names of the others. */
export function contenders(
  workplace: Workplace,
  script: string,
): { readonly there: readonly Contender[]; readonly missing: readonly string[] } {
  const shell = ['/bin/sh', '-c', script]
  const quiet = ['start-server', ';', 'set-option', '-g', 'status', 'off', ';']
  const peers: readonly Contender[] = [
    { name: 'dtach', argv: ['dtach', '-c', join(workplace.folder, 'dtach.sock'), '-E', '-z', ...shell] },
    {
      name: 'tmux',
      argv: ['tmux', '-S', join(workplace.folder, 'tmux.sock'), '-f', '/dev/null', ...quiet, 'new-session', script],
    },
    { name: 'screen', argv: ['screen', '-c', '/dev/null', ...shell] },
  ]
  const there = peers.filter(({ argv: [program = ''] }) => isInstalled(program))
  return {
    there: [
      { name: 'bare PTY', argv: shell },
      { name: 'perch', argv: [process.execPath, bundlePath('perch'), 'exec', '--pty', '--', ...shell] },
      ...there,
    ],
    missing: peers.filter((peer) => !there.includes(peer)).map(({ name }) => name),
  }
}

function isInstalled(program: string): boolean {
  return spawnSync('which', [program]).status === 0
}

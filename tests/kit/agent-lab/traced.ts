/** What an agent connects to, by its system calls: proof that it reaches no address, whatever it does about proxies. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { perchText } from '../perch-program.js'
import type { TestHome } from '../temporary-home.js'

/** Runs the command in the profile's environment under strace; the addresses other than loopback that it, or a child, tried. */
export async function reachedBeyondLoopback(
  home: TestHome,
  profile: string,
  command: readonly string[],
  input = '',
): Promise<readonly string[]> {
  const trace = join(home.folder('traces'), profile)
  const strace = ['strace', '-f', '-qq', '-e', 'trace=connect,sendto,sendmsg', '-o', trace]
  await perchText(home, ['exec', profile, '--pipe', '--', ...strace, ...command], { input, boundMs: TRACED_BOUND_MS })
  return readFileSync(trace, 'utf8')
    .split('\n')
    .filter((line) => /sin6?_addr|inet_addr/.test(line) && !LOOPBACK.test(line))
}

const LOOPBACK = /inet_addr\("127\.|inet_pton\(AF_INET6, "::1"/

/** A tracer stops every thread at every call: a program of many threads takes ten times as long. */
const TRACED_BOUND_MS = 120_000

/** Sessions that write numbered lines all the while, for whatever is killed around them. */
import { createHash } from 'node:crypto'
import type { Session } from '../../../src/api/session.js'
import { perch, perchText } from '../../kit/perch-program.js'
import { startSession } from '../../kit/perch-session.js'
import type { TestHome } from '../../kit/temporary-home.js'

/** With pauses, so that every kill meets some session in the middle of a line; 48 s or more in all. */
const LINES = 12_000
const SCRIPT = `i=0; while [ $i -lt ${LINES} ]; do i=$((i+1)); echo "$i of ${LINES}"; [ $((i % 50)) = 0 ] && sleep 0.2; done; read end; exit 0`
const TEXT = Array.from({ length: LINES }, (_, index) => `${index + 1} of ${LINES}\n`).join('')
/** Ended by a program that ends in order; of one that is killed they are left to perch. */
const DESCENDANTS = 'exec 3>/dev/null; sleep 1000 >&3 & a=$!; setsid sleep 1000 >&3 2>&3 & b=$!; trap "kill $a $b" EXIT'
/** Fifty of them take their time to end on two cores. */
const END_BOUND_MS = 90_000

/** Starts one whose program leads descendants of its own: one in its group, one that left group and session. */
export function startBusySession(home: TestHome): Promise<Session> {
  return startSession(home, 'exec', ['--', 'sh', '-c', `${DESCENDANTS}\n${SCRIPT}`])
}

/** Lets the program end, and says what of its output is not there; undefined when everything is. */
export async function whatIsLost(home: TestHome, id: string): Promise<string | undefined> {
  await perchText(home, ['send', id, '--eof'])
  const ended = await perch(home, ['wait', id, '--timeout', `${END_BOUND_MS / 1000}s`], { boundMs: END_BOUND_MS + 10_000 })
  const { stdout } = await perch(home, ['logs', id])
  if (ended.code === 0 && sha256(stdout) === sha256(TEXT)) return undefined
  return `${id}: wait ended with ${ended.code}, ${stdout.byteLength} of ${TEXT.length} bytes in the log`
}

/** Whether this is what a program that was cut off had written: the beginning of everything. */
export function isBeginning(bytes: Uint8Array): boolean {
  return TEXT.startsWith(Buffer.from(bytes).toString('latin1'))
}

function sha256(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

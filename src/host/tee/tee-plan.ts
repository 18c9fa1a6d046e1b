/** What a tee is to do, from what was asked and the kind of session: defaults filled in, contradictions refused. Pure. */
import type { AttachFrom } from '../../api/attach-protocol.js'
import type { StreamName, TeePolicy } from '../../api/session.js'
import { PerchError } from '../../platform/perch-error.js'
import type { OwnedProcess } from '../../platform/process/owned-process.js'

export interface TeeOptions {
  /** The session's `pty` or `stdout` when absent; `stdin` is what the child's side took of the input. */
  readonly stream?: StreamName | undefined
  /** `drop-oldest` when absent. */
  readonly policy?: TeePolicy | undefined
  /** `live` when absent; nothing else on `stdin`, which has no log. */
  readonly from?: AttachFrom | undefined
}

export interface TeePlan {
  readonly stream: StreamName
  readonly policy: TeePolicy
  readonly from: AttachFrom
}

/** @throws PerchError `bad-request`, `stream-unavailable` */
export function planTee(options: TeeOptions, { kind, streams }: Pick<OwnedProcess, 'kind' | 'streams'>): TeePlan {
  const stream = options.stream ?? streams[0] ?? 'stdout'
  const policy = options.policy ?? 'drop-oldest'
  const from = options.from ?? { at: 'live' }
  if (stream === 'stdin') requireOnInput(policy, from)
  else if (!streams.some((name) => name === stream)) throw noSuchStream(stream, kind, streams)
  if (policy === 'block' && kind === 'pty') {
    throw new PerchError('bad-request', 'a tee cannot hold back a program on a terminal: that would lose output', {
      hint: 'Use drop-oldest, whose sink may fall behind as far as the log reaches.',
    })
  }
  return { stream, policy, from }
}

function requireOnInput(policy: TeePolicy, from: AttachFrom): void {
  if (policy === 'block') {
    throw new PerchError('bad-request', 'a tee of the input cannot hold anybody back', {
      hint: 'Use drop-oldest or drop-newest.',
    })
  }
  if (from.at !== 'live') {
    throw new PerchError('bad-request', 'input is not kept: a tee of it begins with what is sent from now on', {
      hint: 'Leave out where to begin.',
    })
  }
}

function noSuchStream(stream: StreamName, kind: 'pty' | 'pipe', streams: readonly StreamName[]): PerchError {
  const has = `${streams.join(', ')} and stdin`
  return new PerchError('stream-unavailable', `this session has no ${stream} to follow, only ${has}`, {
    hint: stream === 'stderr' && kind === 'pipe' ? 'It was started with --merge-stderr: both are in stdout.' : undefined,
  })
}

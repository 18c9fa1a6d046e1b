/**
 * A sink of plain bytes over something that takes bytes: missing ones become a line of text at their place. What takes the
 * bytes is the output's matter: `regular-file.ts` through the thread pool, `paced-output.ts` without ever blocking.
 */
import type { TeeSink } from '../tee-sink.js'

export interface ByteOutput {
  /** Takes at least one byte of them; resolves with how many. @throws Error why nothing can be written any more */
  write(bytes: Uint8Array): Promise<number>
  /** Resolves when everything taken is out. */
  finish(): Promise<void>
  /** Ends it as it is; a pending write settles. Resolves when nothing is left of it, within a bound. Does not throw. */
  close(): Promise<void>
}

export interface ByteSinkOptions {
  readonly kind: string
  readonly target?: string | undefined
  readonly output: ByteOutput
}

export function byteSink({ kind, target, output }: ByteSinkOptions): TeeSink {
  return {
    kind,
    target,
    write: (_, bytes) => output.write(bytes),
    missed: (from, to) => writeFully(output, missedMark(to - from)),
    finish: () => output.finish(),
    close: () => output.close(),
  }
}

/** The mark of missing bytes in a sink of plain bytes: a line of its own. */
export function missedMark(bytes: number): Uint8Array {
  return Buffer.from(`\n[perch: ${bytes} bytes missed]\n`)
}

async function writeFully(output: ByteOutput, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.byteLength; ) {
    const taken = await output.write(bytes.subarray(written))
    // It was closed meanwhile.
    if (taken === 0) return
    written += taken
  }
}

/** A session's log on perch's own output and error: as bytes, or as safe text for a terminal. */
import { isatty } from 'node:tty'
import type { StreamName } from '../../api/session.js'
import type { LogEvent } from '../../client/log-request.js'
import { TerminalTextFilter } from '../present/terminal-text.js'
import { type OwnOutput, openOwnOutput, requireWritten } from './own-output.js'

export interface CopyLogOptions {
  /** Every byte as it is, also on a terminal. */
  readonly raw: boolean
  /** Bytes that are gone are told here. */
  readonly notice: (message: string) => void
}

/**
 * Copies until the log ends or nobody reads it any more.
 * @throws PerchError `output-failed`
 */
export async function copyLog(events: AsyncIterable<LogEvent>, options: CopyLogOptions): Promise<void> {
  const stdout = logOutput(openOwnOutput(1), !options.raw && isatty(1))
  const stderr = logOutput(openOwnOutput(2), !options.raw && isatty(2))
  for await (const event of events) {
    if (event.type === 'data') await outputOf(event.stream).write(event.bytes)
    else if (event.type === 'gap') options.notice(gapText(event))
    if (stdout.broken) break
  }
  await Promise.all([stdout.end(), stderr.end()])

  function outputOf(stream: StreamName): LogOutput {
    return stream === 'stderr' ? stderr : stdout
  }
}

/** `120 bytes of stdout are gone (0 to 120)`. */
export function gapText({ stream, from, to }: Pick<Extract<LogEvent, { type: 'gap' }>, 'stream' | 'from' | 'to'>): string {
  return `${to - from} bytes of ${stream} are gone (${from} to ${to})`
}

interface LogOutput {
  write(bytes: Uint8Array): Promise<void>
  end(): Promise<void>
  readonly broken: Error | undefined
}

function logOutput(output: OwnOutput, asText: boolean): LogOutput {
  const filter = asText ? new TerminalTextFilter() : undefined
  return {
    write: (bytes) => output.write(filter ? filter.push(bytes) : bytes),
    end: async () => {
      if (filter) await output.write(filter.end())
      await output.flush()
      requireWritten(output)
    },
    get broken() {
      return output.broken
    },
  }
}

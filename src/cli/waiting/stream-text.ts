/** The bytes of a stream as text, a piece at a time: UTF-8 wherever it was cut, and of a terminal only what is to be read. */
import type { StreamName } from '../../api/session.js'
import { TerminalTextFilter } from '../present/terminal-text.js'

export type StreamText = (bytes: Uint8Array) => string

/** Bytes that are no UTF-8 become U+FFFD. Of a `pty` escape sequences and control characters are left out. */
export function streamText(stream: StreamName): StreamText {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  const filter = stream === 'pty' ? new TerminalTextFilter({ colours: 'drop' }) : undefined
  return (bytes) => decoder.decode(filter ? filter.push(bytes) : bytes, { stream: true })
}

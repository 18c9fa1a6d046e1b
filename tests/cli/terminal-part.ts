/** Pieces of what programs write to terminals: put together at random, whole and broken sequences among text. */
import fc from 'fast-check'

export const terminalPart = fc.constantFrom(
  'text',
  '\x1b',
  '[',
  '31m',
  '\x1b[1;32m',
  '\x1b]0;t\x07',
  '\x1b\\',
  '\x1bP',
  'ü',
  '🎉',
  '\r\n',
  '\x18',
  '\x1b[?1049h',
  '\x1b(',
  '\u009b',
  '\u009d',
  '\u009c',
  '©',
)

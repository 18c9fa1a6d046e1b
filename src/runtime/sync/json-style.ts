/** How a person's or a client's JSON document is laid out, so that writing to it changes only what has changed. Pure. */

export interface JsonStyle {
  /** Of one level; empty for a text on one line. */
  readonly indent: string
  readonly newline: '\n' | '\r\n'
  readonly finalNewline: boolean
  /** Editors on Windows begin a file with one. */
  readonly byteOrderMark: boolean
}

/** What the client writes. */
export const CLIENT_STYLE: JsonStyle = { indent: '  ', newline: '\n', finalNewline: false, byteOrderMark: false }

const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d

/** `JSON.stringify` takes no more. */
const INDENT_LIMIT = 10

/** The first line and the indent of the second lie in here, in any text that is indented for reading. */
const HEAD_BYTES = 512

/** The style of an existing text. Looks at its two ends and its first line break only: the text may be large. */
export function styleOf(bytes: Uint8Array): JsonStyle {
  const head = Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('latin1')
  const byteOrderMark = head.startsWith('\xef\xbb\xbf')
  const end = endOfText(bytes)
  const firstBreak = bytes.indexOf(LINE_FEED)
  const indent = /^\s*\{\s*?\r?\n([ \t]+)"/.exec(byteOrderMark ? head.slice(3) : head)?.[1]
  const isOneLine = indent === undefined && (firstBreak === -1 || firstBreak >= end) && end - (byteOrderMark ? 3 : 0) > 2
  return {
    indent: indent?.slice(0, INDENT_LIMIT) ?? (isOneLine ? '' : CLIENT_STYLE.indent),
    newline: firstBreak > 0 && bytes[firstBreak - 1] === CARRIAGE_RETURN ? '\r\n' : '\n',
    finalNewline: bytes.indexOf(LINE_FEED, end) !== -1,
    byteOrderMark,
  }
}

/** Where the white space at the end of the text begins. */
function endOfText(bytes: Uint8Array): number {
  let end = bytes.length
  while (end > 0 && isWhiteSpace(bytes[end - 1] ?? 0)) end--
  return end
}

function isWhiteSpace(byte: number): boolean {
  return byte === LINE_FEED || byte === CARRIAGE_RETURN || byte === 0x20 || byte === 0x09
}

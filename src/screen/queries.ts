/**
 * Sequences by which a program asks its terminal something, and so expects an answer as input. Pure. Sources: xterm's control
 * sequences, the kitty keyboard and graphics protocols, and DEC's manuals for the reports (DA, DSR, DECRQM, DECRQSS).
 */
import type { SequenceKind } from './sequence-scanner.js'

/** `c`: device attributes; `>q`: name and version; `?u`: keyboard flags; `x`: parameters. `?…c` and `?…n` with more are answers or no questions. */
const CSI_QUERIES = [
  /^[>=]?0?c$/,
  /^\??(5|6|15|25|26|53|55|56|62|63|75|85|996|998)n$/,
  /^\??\d*\$p$/,
  /^>0?q$/,
  /^\?u$/,
  /^(11|13|14|15|16|18|19|20|21)(;\d*)?t$/,
  /^[01]?x$/,
  /^\d*(;\d*){0,2}\$w$/,
]
const OSC_QUERIES = [/^(4|5);(.*;)?\?(;|$)/, /^1[0-9];(.*;)?\?(;|$)/, /^52;[^;]*;\?$/, /^21;.*\?/, /^(60|61|66|99|1337);.*\?$/]
const DCS_QUERIES = [/^P\$q/, /^P\+q/]
const GRAPHICS_QUERY = /^_G[^;]*a=q/

/** Whether a whole sequence, with what introduces and ends it, is such a question. */
export function isQuery(kind: SequenceKind, bytes: Buffer): boolean {
  const text = contentOf(bytes)
  switch (kind) {
    case 'csi':
      return CSI_QUERIES.some((form) => form.test(text))
    case 'osc':
      return OSC_QUERIES.some((form) => form.test(text))
    case 'string':
      return [...DCS_QUERIES, GRAPHICS_QUERY].some((form) => form.test(introducerOf(bytes) + text))
    default:
      // DECID, which is older than device attributes.
      return bytes.length === 2 && bytes[1] === 0x5a
  }
}

/** Without the two bytes that introduce it, and without what ends a string. */
function contentOf(bytes: Buffer): string {
  return bytes
    .subarray(2)
    .toString('latin1')
    .replace(/(\x07|\x1b\\|\xc2\x9c)$/, '')
}

/** The byte after ESC; that of an 8-bit control is the same with 0x40 more. */
function introducerOf(bytes: Buffer): string {
  const [lead = 0, second = 0] = bytes
  return String.fromCharCode(lead === 0xc2 ? second - 0x40 : second)
}

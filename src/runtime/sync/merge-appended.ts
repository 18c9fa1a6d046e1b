/** Two copies of a file that is only ever appended to, united line by line. Pure. */

const NEWLINE = 0x0a

/** `theirs` with every line of `ours` that it lacks, in the order of `ours`, at the end. Bytes of a line are not changed. */
export function mergeAppended(theirs: Uint8Array, ours: Uint8Array): Uint8Array {
  if (startsWith(ours, theirs)) return ours
  const known = new Map<string, number>()
  for (const line of linesOf(theirs)) known.set(line, (known.get(line) ?? 0) + 1)
  const missing = linesOf(ours).filter((line) => {
    const count = known.get(line) ?? 0
    if (count > 0) known.set(line, count - 1)
    return count === 0
  })
  if (missing.length === 0) return theirs
  const separator = theirs.length > 0 && theirs.at(-1) !== NEWLINE ? '\n' : ''
  return Buffer.concat([theirs, Buffer.from(separator), Buffer.from(missing.map((line) => `${line}\n`).join(''), 'latin1')])
}

/** Lines as latin1, so that bytes which are not UTF-8 survive. */
function linesOf(bytes: Uint8Array): readonly string[] {
  const lines = Buffer.from(bytes).toString('latin1').split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return bytes.length >= prefix.length && Buffer.compare(bytes.subarray(0, prefix.length), prefix) === 0
}

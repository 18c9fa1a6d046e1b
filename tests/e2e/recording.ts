/** Recordings as the tests read them: by JSON alone, not by perch's own reader. */
import { readFileSync } from 'node:fs'

export interface ParsedCast {
  readonly header: Readonly<Record<string, unknown>>
  readonly events: readonly (readonly [seconds: number, kind: string, data: string])[]
  /** All of the output. */
  readonly text: string
}

export function parseCast(content: string): ParsedCast {
  const [header, ...events] = content
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  const text = events.map(([, kind, data]) => (kind === 'o' ? data : '')).join('')
  return { header, events, text }
}

export function readCast(path: string): ParsedCast {
  return parseCast(readFileSync(path, 'utf8'))
}

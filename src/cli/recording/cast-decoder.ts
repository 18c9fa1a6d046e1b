/** The lines of an asciinema recording, version 2, as what is to be shown and when. Pure. */
import * as v from 'valibot'
import type { Size } from '../../api/session.js'
import { PerchError } from '../../platform/perch-error.js'
import type { CastLine } from './cast-lines.js'

/** What a line adds to the terminal, so long after the recording began. */
export interface ShownOutput {
  readonly seconds: number
  readonly text: string
}

const positive = v.pipe(v.number(), v.integer(), v.minValue(1))
const Header = v.looseObject({ version: v.literal(2), width: positive, height: positive })
const Versioned = v.looseObject({ version: v.number() })
/** Of other kinds only the time matters: input, markers, sizes, and whatever comes to be. */
const Event = v.looseTuple([v.pipe(v.number(), v.minValue(0)), v.string(), v.unknown()])

/**
 * The size that the recording was made in, from its first line.
 * @throws PerchError `not-a-recording`
 */
export function decodeHeader(line: CastLine, name: string): Size {
  const value = parseJson(line.text)
  const header = v.safeParse(Header, value)
  if (header.success) return { cols: header.output.width, rows: header.output.height }
  const other = v.safeParse(Versioned, value)
  if (other.success && other.output.version !== 2) {
    const { version } = other.output
    throw new PerchError('not-a-recording', `${name} is a recording of version ${version}, and only version 2 is played`, {
      hint: 'asciinema convert makes one of version 2.',
    })
  }
  throw new PerchError('not-a-recording', `${name} is no asciinema recording: its first line is no header`, {
    hint: 'The header has "version": 2, a width and a height. perch record export makes recordings.',
  })
}

/** Lines after the header, in their order. */
export class EventDecoder {
  readonly #name: string
  #seconds = 0

  constructor(name: string) {
    this.#name = name
  }

  /**
   * What the line shows; undefined when it shows nothing.
   * @throws PerchError `corrupt-recording`
   */
  push({ number, text }: CastLine): ShownOutput | undefined {
    if (text.trim() === '') return undefined
    const value = parseJson(text)
    if (value === undefined) throw this.#corrupt(number, 'is not JSON')
    const event = v.safeParse(Event, value)
    if (!event.success) throw this.#corrupt(number, 'is no event: [seconds, "o", text]')
    const [seconds, kind, data] = event.output
    if (seconds < this.#seconds) throw this.#corrupt(number, `goes back in time, from ${this.#seconds} s to ${seconds} s`)
    this.#seconds = seconds
    if (kind !== 'o') return undefined
    if (typeof data !== 'string') throw this.#corrupt(number, 'has output that is no text')
    return { seconds, text: data }
  }

  #corrupt(number: number, what: string): PerchError {
    return new PerchError('corrupt-recording', `line ${number} of ${this.#name} ${what}`, {
      hint: 'What comes before it was shown. A recording that was cut off ends like this.',
    })
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

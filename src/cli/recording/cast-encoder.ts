/**
 * Timed pieces as the text of an asciinema recording, version 2 (docs.asciinema.org, "asciicast v2"): a header, then a line
 * for each event. Pure. Bytes become text as they come: a character that is split over pieces comes with its last one, and what
 * is no UTF-8 becomes U+FFFD.
 */
import { TextDecoder } from 'node:util'
import type { Size, StreamName } from '../../api/session.js'
import type { TimedPiece } from './timed-piece.js'

export interface CastEncoderOptions {
  readonly title: string
  /** When the session was made: the recording's date where no time is known. */
  readonly createdMs: number
  /** Until the index says otherwise. */
  readonly size: Size
  /** Output of pipes, whose lines end with a line feed alone: as a terminal would show it. */
  readonly addsCarriageReturns: boolean
}

/** What came into the recording, and what did not. */
export interface CastSummary {
  readonly size: Size
  readonly durationMs: number
  readonly events: number
  /** Bytes of output that are in it. */
  readonly bytes: number
  /** Of these: which came at a time that is not known. */
  readonly untimedBytes: number
  readonly missingBytes: number
}

export class CastEncoder {
  readonly #options: CastEncoderOptions
  readonly #decoders = new Map<StreamName, TextDecoder>()
  #hasHeader = false
  #firstSize: Size
  #size: Size
  #lastMs: number | undefined
  #elapsedMs = 0
  #events = 0
  #bytes = 0
  #untimedBytes = 0
  #missingBytes = 0

  constructor(options: CastEncoderOptions) {
    this.#options = options
    this.#firstSize = options.size
    this.#size = options.size
  }

  /** The lines that the piece adds; often none. */
  push(piece: TimedPiece): string {
    switch (piece.kind) {
      case 'output':
        return this.#output(piece)
      case 'size':
        return this.#resize(piece)
      case 'gap': {
        this.#missingBytes += piece.to - piece.from
        // What follows it is no rest of a character that it cut off.
        return this.#text(piece.stream, new Uint8Array(0), false)
      }
    }
  }

  /** What is left at the end. */
  end(): string {
    let lines = ''
    for (const stream of this.#decoders.keys()) lines += this.#text(stream, new Uint8Array(0), false)
    return this.#header() + lines
  }

  get summary(): CastSummary {
    return {
      size: this.#firstSize,
      durationMs: this.#elapsedMs,
      events: this.#events,
      bytes: this.#bytes,
      untimedBytes: this.#untimedBytes,
      missingBytes: this.#missingBytes,
    }
  }

  #output({ stream, bytes, unixMs, isTimed }: Extract<TimedPiece, { kind: 'output' }>): string {
    this.#bytes += bytes.byteLength
    if (!isTimed) this.#untimedBytes += bytes.byteLength
    this.#advance(unixMs)
    return this.#header() + this.#text(stream, bytes, true)
  }

  #resize({ size, unixMs }: Extract<TimedPiece, { kind: 'size' }>): string {
    const isChanged = size.cols !== this.#size.cols || size.rows !== this.#size.rows
    this.#size = size
    if (!this.#hasHeader) {
      this.#firstSize = size
      return ''
    }
    // Each segment of a log begins with the size, also where that is the same.
    if (!isChanged) return ''
    this.#advance(unixMs)
    return this.#event('r', `${size.cols}x${size.rows}`)
  }

  /** A clock that was set back makes no time run backwards: the recording goes on from where it was. */
  #advance(unixMs: number | undefined): void {
    if (unixMs === undefined) return
    if (this.#lastMs !== undefined) this.#elapsedMs += Math.max(0, unixMs - this.#lastMs)
    this.#lastMs = unixMs
  }

  #text(stream: StreamName, bytes: Uint8Array, more: boolean): string {
    // Without ignoreBOM a byte order mark, which programs may write anywhere, would be taken out.
    const decoder = this.#decoders.get(stream) ?? new TextDecoder('utf-8', { ignoreBOM: true })
    this.#decoders.set(stream, decoder)
    const text = decoder.decode(bytes, { stream: more })
    if (text === '') return ''
    return this.#event('o', this.#options.addsCarriageReturns ? text.replaceAll('\n', '\r\n') : text)
  }

  #event(code: 'o' | 'r', data: string): string {
    this.#events += 1
    return `[${(this.#elapsedMs / 1000).toFixed(3)}, "${code}", ${JSON.stringify(data)}]\n`
  }

  #header(): string {
    if (this.#hasHeader) return ''
    this.#hasHeader = true
    const timestamp = Math.floor((this.#lastMs ?? this.#options.createdMs) / 1000)
    const { cols, rows } = this.#firstSize
    return `${JSON.stringify({ version: 2, width: cols, height: rows, timestamp, title: this.#options.title })}\n`
  }
}

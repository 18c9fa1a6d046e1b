/** Glances at one session through its host, which is asked again only after it has told that something changed. */
import { FRAME } from '../../api/frames.js'
import { type HostChannel, openHostChannel } from '../../api/host-channel.js'
import { type HostStatus, TAIL_LIMIT_BYTES } from '../../api/host-protocol.js'
import type { StreamName } from '../../api/session.js'
import { hostRequests } from '../../client/host-requests.js'
import { PerchError } from '../../platform/perch-error.js'
import { PacedCalls } from './paced-calls.js'
import { lineOfOutput, lineOfScreen, movesAbout } from './text-line.js'

/** Faster than this nobody reads. */
const PAUSE_MS = 500
/** A host that takes long (it draws a flood) is left in peace for so many times as long. */
const REST_FACTOR = 5

export interface GlanceOptions {
  readonly session: string
  /** Whether it has a screen. */
  readonly isTerminal: boolean
  readonly socketsOf: (session: string) => AsyncIterable<string>
  /** Does something when it is its turn. */
  readonly turn: (task: () => Promise<void>) => Promise<void>
  /** The last line is another one now. */
  readonly tell: (line: string) => void
}

export class HostGlance {
  readonly #options: GlanceOptions
  #channel: HostChannel | undefined
  #ends = new Map<string, number>()
  #line: string | undefined
  /** Whether the program draws on its terminal, rather than writing line after line. */
  #isDrawn = false
  readonly #looks: PacedCalls
  #isClosed = false

  constructor(options: GlanceOptions) {
    this.#options = options
    this.#looks = new PacedCalls({
      ask: () => this.#look(),
      pauseMs: (tookMs) => Math.max(PAUSE_MS, REST_FACTOR * tookMs),
    })
    this.#looks.want()
  }

  close(): void {
    this.#isClosed = true
    this.#looks.close()
    this.#channel?.close()
  }

  async #look(): Promise<void> {
    await this.#options.turn(async () => {
      if (this.#isClosed) return
      this.#channel ??= await this.#connected()
      if (this.#isClosed) this.#channel?.close()
      // Whatever is wrong with it is shown by the list; the line stays what it was.
      else if (this.#channel) await this.#askLine(this.#channel).catch(() => undefined)
    })
  }

  /** Undefined for a session whose host is gone: its end is told elsewhere. */
  async #connected(): Promise<HostChannel | undefined> {
    try {
      for await (const socketPath of this.#options.socketsOf(this.#options.session)) {
        const channel = await openHostChannel({
          socketPath,
          role: 'client',
          onFrame: ({ type }) => {
            if (type === FRAME.event) this.#looks.want()
          },
        }).catch((error: unknown) => {
          if (error instanceof PerchError && error.code === 'host-lost') return undefined
          throw error
        })
        if (channel) return channel
      }
    } catch {
      // A host of a strange version, or one that hangs: there is no line to be had of it.
    }
    return undefined
  }

  async #askLine(channel: HostChannel): Promise<void> {
    if (this.#isClosed) return
    const status = channel.check('status', await channel.request('status', { watch: true }))
    const moved = this.#movedStream(status)
    if (moved === undefined) return
    const line = await this.#lineOf(channel, moved, status)
    if (line === this.#line || this.#isClosed) return
    this.#line = line
    this.#options.tell(line)
  }

  /** The output stream that was written to since the last look; the errors if both were. */
  #movedStream({ streams }: HostStatus): StreamName | undefined {
    const moved = (['stderr', 'stdout', 'pty'] as const).filter((name) => (streams[name]?.end ?? 0) > (this.#ends.get(name) ?? 0))
    this.#ends = new Map(Object.entries(streams).map(([name, { end }]) => [name, end]))
    return moved[0]
  }

  /**
   * A screen is asked for only of a program that has drawn on it: the host may have to make a model for that, which it then keeps
   * (13 MB), and the last lines of any other are the end of what it wrote.
   */
  async #lineOf(channel: HostChannel, stream: StreamName, { streams }: HostStatus): Promise<string> {
    const host = hostRequests(channel)
    if (!this.#isDrawn) {
      // A host of an earlier version tells no end.
      const tail = await host.tail(stream, TAIL_LIMIT_BYTES).catch(() => undefined)
      this.#isDrawn = this.#options.isTerminal && (tail === undefined || movesAbout(tail.bytes))
      if (!this.#isDrawn) return tail ? lineOfOutput(tail.bytes, (streams[stream]?.end ?? 0) <= tail.bytes.byteLength) : ''
    }
    return lineOfScreen(await host.screen())
  }
}

/** A client of a host that attaches and keeps everything it is sent, in order. */
import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { Attached, type AttachParams, Closed } from '../../../src/api/attach-protocol.js'
import { decodeJsonPayload, FRAME, type Frame, streamOfNumber } from '../../../src/api/frames.js'
import { type HostChannel, openHostChannel } from '../../../src/api/host-channel.js'
import { Accepted, HostStatus } from '../../../src/api/host-protocol.js'
import { ExitRecord } from '../../../src/api/session-record.js'
import { until, within } from '../../kit/bounded.js'
import { TEST_BOUND_MS } from './host-program.js'

export class HostReader implements AsyncDisposable {
  readonly channel: HostChannel
  /** What came, in order: `data stdout`, `gap stdout`, `end stdout`, `exit`, `closed`, `size`; repeated data once. */
  readonly order: string[] = []
  readonly gaps: { readonly from: number; readonly to: number }[] = []
  readonly events: { readonly type: string; readonly [field: string]: unknown }[] = []
  readonly sizes: unknown[] = []
  readonly ends = new Map<string, number>()
  attached: Attached | undefined
  exit: ExitRecord | undefined
  closedWith: Closed | undefined
  accepted: Accepted | undefined
  receivedBytes = 0
  readonly #chunks = new Map<string, Buffer[]>()
  readonly #keep: boolean
  readonly #hash = createHash('sha256')
  gone: () => void = () => undefined
  readonly disconnected = new Promise<void>((resolve) => {
    this.gone = resolve
  })

  private constructor(channel: HostChannel, keep: boolean) {
    this.channel = channel
    this.#keep = keep
  }

  static async connect(socketPath: string, options: { role?: 'client' | 'daemon'; keep?: boolean } = {}): Promise<HostReader> {
    const early: Frame[] = []
    let reader: HostReader | undefined
    const channel = await openHostChannel({
      socketPath,
      role: options.role ?? 'client',
      onFrame: (frame) => (reader ? reader.#take(frame) : early.push({ ...frame, payload: Buffer.from(frame.payload) })),
      onClose: () => reader?.gone(),
      timeoutMs: TEST_BOUND_MS,
    })
    reader = new HostReader(channel, options.keep ?? true)
    for (const frame of early) reader.#take(frame)
    return reader
  }

  static async attach(socketPath: string, params: Partial<AttachParams> = {}, options: { keep?: boolean } = {}) {
    const reader = await HostReader.connect(socketPath, options)
    await reader.attach(params)
    return reader
  }

  async attach(params: Partial<AttachParams> = {}): Promise<Attached> {
    const full: AttachParams = { mode: 'viewer', from: { at: 'offset', offset: 0 }, ...params }
    this.attached = v.parse(Attached, await this.channel.request('attach', full))
    return this.attached
  }

  async status(): Promise<HostStatus> {
    return v.parse(HostStatus, await this.channel.request('status', {}))
  }

  bytes(stream: string): Buffer {
    return Buffer.concat(this.#chunks.get(stream) ?? [])
  }

  text(stream: string): string {
    return this.bytes(stream).toString('utf8')
  }

  /** Of everything received, over all streams. */
  sha256(): string {
    return this.#hash.copy().digest('hex')
  }

  async type(text: string): Promise<void> {
    await this.channel.send(FRAME.input, Buffer.from(text))
  }

  async endInput(): Promise<void> {
    await this.channel.send(FRAME.inputEnd, new Uint8Array())
  }

  /** Waits until the text of the stream contains `wanted`. */
  waitForText(stream: string, wanted: string): Promise<unknown> {
    return until(
      () => this.text(stream).includes(wanted),
      TEST_BOUND_MS,
      () => `${JSON.stringify(wanted)} in ${JSON.stringify(this.text(stream).slice(-300))}`,
    )
  }

  waitFor(what: string, look: () => boolean): Promise<unknown> {
    return until(look, TEST_BOUND_MS, () => `${what}; came: ${this.order.slice(-10).join(', ')}`)
  }

  /** Waits for the frame that says why the attachment is over. */
  async untilClosed(): Promise<Closed> {
    return await until(
      () => this.closedWith,
      TEST_BOUND_MS,
      () => `a closed frame; came: ${this.order.slice(-10).join(', ')}`,
    )
  }

  untilDisconnected(): Promise<void> {
    return within(this.disconnected, TEST_BOUND_MS, () => 'the end of the connection')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.channel.close()
    await this.untilDisconnected()
  }

  #take(frame: Frame): void {
    const stream = streamOfNumber(frame.stream) ?? '?'
    switch (frame.type) {
      case FRAME.data:
        this.#note(`data ${stream}`)
        this.#data(stream, frame.payload)
        break
      case FRAME.gap:
        this.#note(`gap ${stream}`)
        this.gaps.push(v.parse(v.object({ from: v.number(), to: v.number() }), decodeJsonPayload(frame)))
        break
      case FRAME.end:
        this.#note(`end ${stream}`)
        this.ends.set(stream, v.parse(v.object({ offset: v.number() }), decodeJsonPayload(frame)).offset)
        break
      case FRAME.exit:
        this.#note('exit')
        this.exit = v.parse(ExitRecord, decodeJsonPayload(frame))
        break
      case FRAME.closed:
        this.#note('closed')
        this.closedWith = v.parse(Closed, decodeJsonPayload(frame))
        break
      case FRAME.size:
        this.#note('size')
        this.sizes.push(decodeJsonPayload(frame))
        break
      case FRAME.accepted:
        this.accepted = v.parse(Accepted, decodeJsonPayload(frame))
        break
      case FRAME.event:
        this.events.push(v.parse(v.looseObject({ type: v.string() }), decodeJsonPayload(frame)))
        break
      default:
        this.#note(`unknown ${frame.type}`)
    }
  }

  #data(stream: string, payload: Uint8Array): void {
    this.receivedBytes += payload.byteLength
    this.#hash.update(payload)
    if (!this.#keep) return
    const chunks = this.#chunks.get(stream) ?? []
    chunks.push(Buffer.from(payload))
    this.#chunks.set(stream, chunks)
  }

  #note(what: string): void {
    if (what !== this.order.at(-1)) this.order.push(what)
  }
}

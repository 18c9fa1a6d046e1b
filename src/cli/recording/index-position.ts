/**
 * Where a reader of a log stands in its index: the time and the sizes that hold at an offset. The index of a session that
 * runs is asked for again where the log has gone beyond what it told; one that then tells no more (a log that is kept in
 * memory, a full disk) is asked no further.
 */
import type { IndexRecord } from '../../api/log-index.js'
import type { LogIndex } from '../../client/log-index.js'

export class IndexPosition {
  readonly #ask: (from: number) => Promise<LogIndex>
  #index: LogIndex | undefined
  #next: IndexRecord | undefined
  #tellsMore = true
  /** When the byte here came, or was put into the log; undefined where that is not known. */
  unixMs: number | undefined
  /** Whether `unixMs` is when it came. */
  isTimed = false

  constructor(ask: (from: number) => Promise<LogIndex>) {
    this.#ask = ask
  }

  /** Goes on to an offset, at which there is a byte. Gives what is said of the terminal's size up to it. */
  async goTo(offset: number): Promise<readonly Extract<IndexRecord, { kind: 'size' }>[]> {
    if (this.#tellsMore && offset >= (this.#index?.end ?? 0)) await this.#askAgain(offset)
    return this.#take(offset)
  }

  /** The same at the end of the stream, where there is no byte. */
  goToEnd(offset: number): Promise<readonly Extract<IndexRecord, { kind: 'size' }>[]> {
    return this.#take(offset)
  }

  /** The offset before which what is said here holds. */
  get until(): number {
    return Math.min(this.#next?.offset ?? Number.POSITIVE_INFINITY, this.#tellsMore ? this.#end : Number.POSITIVE_INFINITY)
  }

  async close(): Promise<void> {
    await this.#index?.records.return()
  }

  get #end(): number {
    return this.#index?.end ?? 0
  }

  async #askAgain(offset: number): Promise<void> {
    await this.close()
    this.#index = await this.#ask(offset)
    this.#tellsMore = this.#end > offset
    if (!this.#tellsMore) this.isTimed = false
    await this.#advance()
  }

  async #take(offset: number): Promise<readonly Extract<IndexRecord, { kind: 'size' }>[]> {
    const sizes: Extract<IndexRecord, { kind: 'size' }>[] = []
    for (let record = this.#next; record && record.offset <= offset; record = await this.#advance()) {
      if (record.kind === 'size') {
        sizes.push(record)
        continue
      }
      this.unixMs = record.unixMs
      this.isTimed = record.kind === 'time'
    }
    return sizes
  }

  async #advance(): Promise<IndexRecord | undefined> {
    const next = await this.#index?.records.next()
    this.#next = next?.done === false ? next.value : undefined
    return this.#next
  }
}

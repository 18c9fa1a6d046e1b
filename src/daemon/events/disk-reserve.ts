/**
 * Some space kept for the moment when there is none left: a full disk is what people most want to be told of, and telling
 * takes a line on the same disk. A file of a fixed size, given up when a write fails and made again when there is room.
 */
import { rmSync, writeFileSync } from 'node:fs'
import { errnoOf } from '../../platform/perch-error.js'

/** One block of most file systems: some twenty events. */
export const RESERVE_BYTES = 4096

/** Of the system, and of what `writeFileAtomic` makes of them. */
const NO_SPACE: readonly (string | undefined)[] = ['ENOSPC', 'EDQUOT', 'disk-full']

export class DiskReserve {
  readonly #path: string
  #isFilled = false

  constructor(path: string) {
    this.#path = path
  }

  /** Sets the space aside, unless it is. Where there is none to set aside, nothing is. Never throws: events go before it. */
  fill(): void {
    if (this.#isFilled) return
    try {
      writeFileSync(this.#path, Buffer.alloc(RESERVE_BYTES, 'perch keeps this room for a full disk\n'), { mode: 0o600 })
      this.#isFilled = true
    } catch {
      // Half of it would only be in the way of what the room is for.
      this.#remove()
    }
  }

  /** Gives the space up if `error` says that there is no other. Whether it did: then the write may be tried again. */
  release(error: unknown): boolean {
    if (!this.#isFilled || !NO_SPACE.includes(errnoOf(error))) return false
    this.#isFilled = false
    return this.#remove()
  }

  #remove(): boolean {
    try {
      rmSync(this.#path, { force: true })
      return true
    } catch {
      // Read-only by now, or somebody's folder: there is no room to be had from it.
      return false
    }
  }
}

/** Tees of a real host, asked for over its socket, and the FIFO of a sink that takes nothing until it is told to. */
import { execFileSync } from 'node:child_process'
import { closeSync, constants, openSync, readSync } from 'node:fs'
import * as v from 'valibot'
import { expect } from 'vitest'
import type { Tee } from '../../../src/api/session.js'
import { type AddTeeParams, TeeReply } from '../../../src/api/tee-protocol.js'
import { errnoOf } from '../../../src/platform/perch-error.js'
import { until } from '../../kit/bounded.js'
import { TEST_BOUND_MS } from '../kit/host-program.js'
import type { HostReader } from '../kit/host-reader.js'

export async function addTee(reader: HostReader, params: AddTeeParams): Promise<Tee> {
  return v.parse(TeeReply, await reader.channel.request('addTee', params)).tee
}

export async function removeTee(reader: HostReader, tee: string): Promise<Tee> {
  return v.parse(TeeReply, await reader.channel.request('removeTee', { tee })).tee
}

/** The tee as it is now. */
export async function teeOf(reader: HostReader, id: string): Promise<Tee> {
  const found = (await reader.status()).tees.find((tee) => tee.id === id)
  if (!found) throw new Error(`there is no tee ${id}`)
  return found
}

/** Waits until the tee is as wanted. */
export async function untilTee(reader: HostReader, id: string, what: string, look: (tee: Tee) => boolean): Promise<Tee> {
  let last: Tee | undefined
  return await until(
    async () => {
      last = await teeOf(reader, id)
      return look(last) && last
    },
    TEST_BOUND_MS,
    () => `${what}; it is ${JSON.stringify(last)}`,
  )
}

/** A FIFO with a reader that reads when `drain` is called, and never else. */
export class StalledFifo implements Disposable {
  readonly path: string
  readonly #fd: number
  readonly #pieces: Buffer[] = []
  #isOpen = true

  constructor(path: string) {
    execFileSync('mkfifo', [path])
    this.path = path
    this.#fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#pieces)
  }

  /** Reads what there is at this moment. */
  drain(): void {
    const buffer = Buffer.alloc(1024 * 1024)
    for (;;) {
      let length: number
      try {
        length = readSync(this.#fd, buffer)
      } catch (error) {
        if (errnoOf(error) === 'EAGAIN') return
        throw error
      }
      if (length === 0) return
      this.#pieces.push(Buffer.from(buffer.subarray(0, length)))
    }
  }

  /** Reads until it has what is wanted. */
  async drainUntil(what: string, look: (bytes: Buffer) => boolean): Promise<void> {
    await until(
      () => {
        this.drain()
        return look(this.bytes)
      },
      TEST_BOUND_MS,
      () => `${what}; ${this.bytes.byteLength} bytes came, the last: ${this.bytes.toString('latin1').slice(-100)}`,
    )
  }

  /** The reader goes away. */
  close(): void {
    if (this.#isOpen) closeSync(this.#fd)
    this.#isOpen = false
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

/** That `bytes` are those of the stream, but for marks, each at the place where as many as it says are missing; how many in all. */
export function missedOf(bytes: Buffer, stream: Buffer): number {
  const text = bytes.toString('latin1')
  const whole = stream.toString('latin1')
  let at = 0
  let missed = 0
  for (const part of text.split(/(\n\[perch: \d+ bytes missed\]\n)/)) {
    const count = Number(/^\n\[perch: (\d+) bytes missed\]\n$/.exec(part)?.[1] ?? 0)
    if (count === 0) expect(part === whole.slice(at, at + part.length), `the bytes at ${at}`).toBe(true)
    at += count || part.length
    missed += count
  }
  expect(at).toBe(whole.length)
  return missed
}

/** What `seq FIRST LAST` writes. */
export function sequence(last: number): Buffer {
  return Buffer.from(Array.from({ length: last }, (_, index) => `${index + 1}\n`).join(''))
}

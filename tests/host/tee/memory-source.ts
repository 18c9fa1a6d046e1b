/** A stream in memory for the tests of what follows one: a real log without a disk. */
import { StreamLog } from '../../../src/host/log/stream-log.js'
import { LogSource } from '../../../src/host/tee/tee-source.js'

export interface MemorySource {
  readonly source: LogSource
  /** Appends so many bytes, each of them telling its offset, and publishes them. */
  write(bytes: number): void
  end(): void
}

export function memorySource(memoryBytes: number): MemorySource {
  const store = { accepting: false, start: 0, end: 0, append: () => {}, read: () => 0 }
  const log = new StreamLog({ memoryBytes, store })
  return {
    source: new LogSource(log),
    write: (bytes) => {
      log.append(bytesAt(log.end, bytes))
      log.publish()
    },
    end: () => {
      log.finish()
      log.publish()
    },
  }
}

/** The bytes that such a stream has at an offset. */
export function bytesAt(offset: number, bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, index) => (offset + index) % 251)
}

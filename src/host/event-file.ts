/**
 * The events of one session on disk: `events.jsonl` in its folder, one JSON object a line, for a daemon that was not there
 * when they happened and comes back when the host is gone as well. Bounded; a disk that takes nothing harms no session.
 */
import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { HostEvent } from '../api/host-protocol.js'
import { readFileIfPresent } from '../platform/files/atomic-file.js'

export type NumberedEvent = HostEvent & { readonly number: number }

/** A thousand events or more, while a daemon takes them over as they happen. The file before this one is kept as well. */
export const EVENT_FILE_LIMIT_BYTES = 256 * 1024

export class EventFile {
  readonly #path: string
  readonly #olderPath: string
  /** The last line may have been cut off by a full disk: the next one begins on a line of its own. */
  #isTorn = false

  constructor(sessionFolder: string) {
    this.#path = eventFilePath(sessionFolder)
    this.#olderPath = olderEventFilePath(sessionFolder)
  }

  /** Opened for each event, so that a folder that was deleted or moved meanwhile is noticed. @throws the system error */
  append(event: NumberedEvent): void {
    const line = Buffer.from(`${this.#isTorn ? '\n' : ''}${JSON.stringify(event)}\n`)
    const fd = openSync(this.#path, 'a', 0o600)
    let written = 0
    let isFull: boolean
    try {
      this.#isTorn = true
      while (written < line.byteLength) written += writeSync(fd, line, written)
      this.#isTorn = false
      isFull = fstatSync(fd).size >= EVENT_FILE_LIMIT_BYTES
    } finally {
      closeSync(fd)
    }
    if (isFull) renameSync(this.#path, this.#olderPath)
  }
}

/** The numbered events that a session's folder holds, in their order. Lines that were cut off are left out. */
export function readEventFiles(sessionFolder: string): readonly NumberedEvent[] {
  return [olderEventFilePath(sessionFolder), eventFilePath(sessionFolder)].flatMap((path) =>
    (readFileIfPresent(path)?.toString('utf8') ?? '').split('\n').flatMap((line) => parseLine(line) ?? []),
  )
}

function parseLine(line: string): NumberedEvent | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  const parsed = v.safeParse(HostEvent, value)
  return parsed.success && isNumbered(parsed.output) ? parsed.output : undefined
}

/** Whether the event is one that must not be lost. */
export function isNumbered(event: HostEvent): event is NumberedEvent {
  return event.number !== undefined
}

function eventFilePath(sessionFolder: string): string {
  return join(sessionFolder, 'events.jsonl')
}

function olderEventFilePath(sessionFolder: string): string {
  return join(sessionFolder, 'events.1.jsonl')
}

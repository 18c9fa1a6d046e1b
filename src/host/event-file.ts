/**
 * The events of one session on disk: `events.jsonl` in its folder, one JSON object a line, for a daemon that was not there
 * when they happened and comes back when the host is gone as well.
 */
import { join } from 'node:path'
import * as v from 'valibot'
import { HostEvent } from '../api/host-protocol.js'
import { LineFile, type LineFilePaths, readLineFile } from './line-file.js'

export type NumberedEvent = HostEvent & { readonly number: number }

/** A thousand events or more, while a daemon takes them over as they happen. The file before this one is kept as well. */
export const EVENT_FILE_LIMIT_BYTES = 256 * 1024

export class EventFile {
  readonly #file: LineFile

  constructor(sessionFolder: string) {
    this.#file = new LineFile(eventFilePaths(sessionFolder), EVENT_FILE_LIMIT_BYTES)
  }

  /** @throws the system error */
  append(event: NumberedEvent): void {
    this.#file.append([JSON.stringify(event)])
    this.#file.setAsideIfFull()
  }
}

/** The numbered events that a session's folder holds, in their order. Lines that were cut off are left out. */
export function readEventFiles(sessionFolder: string): readonly NumberedEvent[] {
  return readLineFile(eventFilePaths(sessionFolder)).flatMap((line) => {
    const parsed = v.safeParse(HostEvent, line)
    return parsed.success && isNumbered(parsed.output) ? [parsed.output] : []
  })
}

/** Whether the event is one that must not be lost. */
export function isNumbered(event: HostEvent): event is NumberedEvent {
  return event.number !== undefined
}

function eventFilePaths(sessionFolder: string): LineFilePaths {
  return { path: join(sessionFolder, 'events.jsonl'), olderPath: join(sessionFolder, 'events.1.jsonl') }
}

/** Journals of tests: in a temporary folder, opened again as the next daemon would. */
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { EventGap, PerchEvent } from '../../../src/api/event.js'
import type { DaemonLog } from '../../../src/daemon/daemon-log.js'
import { EventJournal } from '../../../src/daemon/events/event-journal.js'
import { readEvents } from '../../../src/daemon/events/event-reader.js'
import type { NewEvent } from '../../../src/daemon/events/journal-format.js'
import { workerFolder } from '../../kit/worker-folder.js'

export interface JournalFolder extends Disposable {
  readonly folder: string
  readonly path: string
  /** What the journals logged as warnings. */
  readonly warnings: readonly string[]
  readonly log: DaemonLog
  open(fileLimitBytes?: number): EventJournal
}

export function journalFolder(): JournalFolder {
  const folder = mkdtempSync(join(workerFolder(), 'e'))
  const path = join(folder, 'events.jsonl')
  const warnings: string[] = []
  const log: DaemonLog = { debug: () => undefined, info: () => undefined, warn: (what) => warnings.push(what) }
  return {
    folder,
    path,
    warnings,
    log,
    open: (fileLimitBytes) => new EventJournal({ path, log, ...(fileLimitBytes !== undefined && { fileLimitBytes }) }),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

export function someEvent(session: string, more: Partial<NewEvent> = {}): NewEvent {
  return { at: '2026-01-01T00:00:00.000Z', type: 'attached', session, name: null, ...more }
}

export type Line = PerchEvent | EventGap

/** Everything a reader gets that asks now and does not follow. */
export async function heldEvents(journal: EventJournal, since = 0): Promise<readonly Line[]> {
  const lines: Line[] = []
  const { signal } = new AbortController()
  for await (const text of readEvents(journal, { since, until: journal.seq, signal })) lines.push(...parseLines(text))
  return lines
}

export function parseLines(text: string): readonly Line[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

/**
 * The status line that a person has set up for themselves, which ours stands in front of. Settings are read anew when one of the
 * files has changed, so that a status line that is changed while the agent runs is shown at once, as without perch.
 */
import { statSync } from 'node:fs'
import { plainText } from '../../platform/files/plain-text.js'
import { field } from './attributes.js'

export interface PersonsStatusLine {
  /** What their shell would run; empty when they have none. */
  readonly script: string
  /** The rest of what they set: padding and the like. */
  readonly options: Readonly<Record<string, unknown>>
}

const NONE: PersonsStatusLine = { script: '', options: {} }

export class PersonsStatusLines {
  readonly #files: readonly string[]
  #marks: readonly string[] | undefined

  /** `files`, most important first. */
  constructor(files: readonly string[]) {
    this.#files = files
  }

  /** Undefined while nothing has changed since the last time. */
  look(): PersonsStatusLine | undefined {
    const marks = this.#files.map(markOf)
    if (this.#marks?.every((mark, index) => mark === marks[index])) return undefined
    this.#marks = marks
    for (const path of this.#files) {
      const found = statusLineIn(path)
      if (found !== undefined) return found
    }
    return NONE
  }

  /** What was found last was of no use: the next look finds it again. */
  forget(): void {
    this.#marks = undefined
  }
}

function markOf(path: string): string {
  try {
    const stat = statSync(path, { throwIfNoEntry: false })
    return stat ? `${stat.ino} ${stat.size} ${stat.mtimeMs}` : ''
  } catch {
    return ''
  }
}

/** Undefined when the file says nothing of one; a file that cannot be read or understood says nothing, to the agent neither. */
function statusLineIn(path: string): PersonsStatusLine | undefined {
  try {
    const set = field(JSON.parse(plainText(path) ?? '{}'), 'statusLine')
    const command = field(set, 'command')
    if (typeof command !== 'string') return undefined
    return { script: `${command}\n`, options: { ...(set as Readonly<Record<string, unknown>>) } }
  } catch {
    return undefined
  }
}

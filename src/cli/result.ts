/** What a verb returns: data for people and the same as a document for `--json`. The printer decides how it looks. */
import type { PerchError } from '../platform/perch-error.js'

export type Cell = string | { readonly text: string; readonly tone: Tone }

/** What a text means; the printer knows the colours. */
export type Tone =
  | 'good'
  | 'bad'
  | 'quiet'
  /** Somebody is needed. */
  | 'call'

export interface TableColumn {
  readonly title: string
  /** Lower ones are left out first when the terminal is narrow; a column without one always stays. */
  readonly priority?: number
  /** May be cut down to this many columns of the terminal before others are left out. */
  readonly shrinkTo?: number
  /** Which part of a text that does not fit is left out: its end, or its start where that says least (paths). */
  readonly cut?: 'start'
  readonly align?: 'right'
}

export type Presentation =
  | {
      readonly kind: 'table'
      readonly columns: readonly TableColumn[]
      readonly rows: readonly (readonly Cell[])[]
      /** Said instead of a table without rows, on stderr. */
      readonly whenEmpty: string
    }
  /** Names and values, one pair a line. */
  | { readonly kind: 'fields'; readonly fields: readonly (readonly [name: string, value: Cell])[] }
  | { readonly kind: 'lines'; readonly lines: readonly string[] }
  /** Lines made of the cells of a screen: nothing is in them but characters and colours, which stay. */
  | { readonly kind: 'coloured'; readonly lines: readonly string[] }
  /** Lines made for the width of the terminal (infinite where there is none), each of cells one after the other. */
  | { readonly kind: 'drawn'; readonly draw: (width: number) => readonly (readonly Cell[])[] }
  /** One after the other, with an empty line in between. */
  | { readonly kind: 'sections'; readonly sections: readonly Presentation[] }
  /** The verb wrote its bytes itself, or has nothing to say. */
  | { readonly kind: 'nothing' }

export interface VerbResult {
  readonly shown: Presentation
  /** Printed with `--json`, after `"schema": 1`. Absent for verbs that have no document. */
  readonly document?: Readonly<Record<string, unknown>>
  /** 0 when absent and nothing failed. */
  readonly exitCode?: number
  /** What failed for some of the things asked for, while the rest was done. */
  readonly problems?: readonly PerchError[]
}

/** The result of a verb that has nothing to print. */
export function nothingShown(exitCode = 0): VerbResult {
  return { shown: { kind: 'nothing' }, exitCode }
}

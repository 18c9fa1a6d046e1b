/**
 * The only place that writes what perch has to say: results on stdout for people or as one JSON document, messages and
 * errors on stderr. (The bytes of sessions do not pass here; `shell/` and `terminal/` carry them untouched.)
 */
import { JSON_SCHEMA_VERSION } from '../api/version.js'
import { paintAnsi, paintNothing, wantsColour } from './present/colour.js'
import { displayWidth } from './present/display-width.js'
import { errorDocument, errorText, messageText } from './present/error-text.js'
import { inertText } from './present/inert-text.js'
import { type Paint, tableLines } from './present/table.js'
import type { Cell, Presentation, VerbResult } from './result.js'
import { isWritten, type PrintTarget, writeText } from './streams/write-text.js'

export interface Printer {
  /** @throws PerchError `output-failed` */
  result(result: VerbResult): Promise<void>
  /** Says it on stderr where stdout cannot be written; where neither can, the exit code is all that is left to tell. */
  error(error: unknown): Promise<void>
  notice(message: string): void
  /** Text that is not a result: help, the version. @throws PerchError `output-failed` */
  text(lines: readonly string[]): Promise<void>
  /** Columns of the terminal on stdout; infinite where there is none. */
  readonly width: number
}

export interface PrinterOptions {
  readonly stdout: PrintTarget
  readonly stderr: PrintTarget
  readonly env: NodeJS.ProcessEnv
  readonly json: boolean
}

export function createPrinter(options: PrinterOptions): Printer {
  const { stdout, stderr, json } = options
  const paint = wantsColour(options.env, stdout.isTTY === true) ? paintAnsi : paintNothing
  // Asked when something is printed: to know the size of a terminal takes a stream.
  const width = () => (stdout.isTTY && stdout.columns) || Number.POSITIVE_INFINITY
  const messageWidth = () => (stderr.isTTY && stderr.columns) || Number.POSITIVE_INFINITY
  const printError = async (error: unknown) => {
    if (json && (await isWritten(stdout, errorLine(error)))) return
    await isWritten(stderr, errorText(error, messageWidth()))
  }
  return {
    get width() {
      return width()
    },
    error: printError,
    notice: (message) => void isWritten(stderr, messageText(`perch: ${message}`, messageWidth())),
    text: (lines) => writeText(stdout, `${lines.join('\n')}\n`),
    result: async ({ shown, document, problems = [] }) => {
      if (json && document) {
        const failed = problems.length > 0 ? { errors: problems.map(errorDocument) } : {}
        return writeText(stdout, jsonText({ ...document, ...failed }))
      }
      await writeText(stdout, presentationText(shown, width(), paint))
      for (const text of emptyTables(shown)) await writeText(stderr, messageText(`perch: ${text}`, messageWidth()))
      for (const problem of problems) await printError(problem)
    },
  }
}

function presentationText(shown: Presentation, width: number, paint: Paint): string {
  const lines = presentationLines(shown, width, paint)
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`
}

function presentationLines(shown: Presentation, width: number, paint: Paint): readonly string[] {
  switch (shown.kind) {
    case 'table':
      return shown.rows.length === 0 ? [] : tableLines(shown.columns, shown.rows, { width, paint })
    case 'fields':
      return fieldLines(shown.fields, paint)
    case 'coloured':
      return shown.lines
    case 'lines':
      return shown.lines.map(inertText)
    case 'drawn':
      return shown.draw(width).map((cells) =>
        cells
          .map((cell) => cellText(cell, paint))
          .join('')
          .trimEnd(),
      )
    case 'sections':
      return shown.sections
        .map((section) => presentationLines(section, width, paint))
        .filter((lines) => lines.length > 0)
        .flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]))
    case 'nothing':
      return []
  }
}

/** What is to be said of the tables that have no rows. */
function emptyTables(shown: Presentation): readonly string[] {
  if (shown.kind === 'sections') return shown.sections.flatMap(emptyTables)
  return shown.kind === 'table' && shown.rows.length === 0 ? [shown.whenEmpty] : []
}

function fieldLines(fields: readonly (readonly [string, Cell])[], paint: Paint): readonly string[] {
  const nameWidth = Math.max(0, ...fields.map(([name]) => displayWidth(name)))
  return fields.map(([name, value]) => {
    return `${paint(name.padEnd(nameWidth), 'quiet')}  ${cellText(value, paint)}`.trimEnd()
  })
}

function cellText(cell: Cell, paint: Paint): string {
  return typeof cell === 'string' ? inertText(cell) : paint(inertText(cell.text), cell.tone)
}

/** On one line: it may follow the lines of a stream of documents. */
function errorLine(error: unknown): string {
  return `${JSON.stringify({ schema: JSON_SCHEMA_VERSION, error: errorDocument(error) })}\n`
}

function jsonText(document: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify({ schema: JSON_SCHEMA_VERSION, ...document }, null, 2)}\n`
}

/** Asks a person which of several sessions they mean, where there is one to ask. */
import { isatty } from 'node:tty'
import type { Session } from '../api/session.js'
import { PerchError } from '../platform/perch-error.js'
import { paintAnsi, paintNothing, wantsColour } from './present/colour.js'
import { tableLines } from './present/table.js'
import { freeFirst } from './session-order.js'
import { sessionTable } from './session-view.js'

/** Whoever has not hit a number by then is better served by the list. */
const QUESTIONS = 3

/** Undefined where nobody can be asked. @throws PerchError `interrupted` */
export async function pickSession(sessions: readonly Session[]): Promise<Session | undefined> {
  if (!isatty(0) || !isatty(2)) return undefined
  const listed = [...sessions].sort(freeFirst)
  process.stderr.write(`${pickingLines(listed).join('\n')}\n`)
  const { createInterface } = await import('node:readline')
  const dialogue = createInterface({ input: process.stdin, output: process.stderr })
  const left = new Promise<never>((_, reject) => {
    const leave = () => reject(new PerchError('interrupted', 'no session was chosen'))
    dialogue.once('SIGINT', leave)
    dialogue.once('close', leave)
  })
  left.catch(() => undefined)
  try {
    for (let asked = 0; asked < QUESTIONS; asked += 1) {
      const answer = new Promise<string>((resolve) => dialogue.question('Which one? [1] ', resolve))
      const found = pickedSession(listed, await Promise.race([answer, left]))
      if (found) return found
    }
    return undefined
  } finally {
    dialogue.close()
  }
}

/** What an answer means: a number of the list, an id or the beginning of one, a name; nothing is the first. Pure. */
export function pickedSession(listed: readonly Session[], answer: string): Session | undefined {
  const text = answer.trim()
  if (text === '') return listed[0]
  const named = listed.find(({ id, name }) => id === text || name === text)
  if (named) return named
  const numbered = /^\d{1,3}$/.test(text) ? listed[Number(text) - 1] : undefined
  if (numbered) return numbered
  const beginning = listed.filter(({ id }) => id.startsWith(text))
  return beginning.length === 1 ? beginning[0] : undefined
}

function pickingLines(listed: readonly Session[]): readonly string[] {
  const table = sessionTable(listed, Date.now(), '')
  if (table.kind !== 'table') return []
  const rows = table.rows.map((row, at) => [String(at + 1), ...row])
  const paint = wantsColour(process.env, true) ? paintAnsi : paintNothing
  return tableLines([{ title: '', align: 'right' }, ...table.columns], rows, { width: process.stderr.columns, paint })
}

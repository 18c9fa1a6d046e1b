/**
 * Texts by names that people choose: labels, variables. Valibot's own `record` leaves out what is called `__proto__`,
 * `constructor` or `prototype`, without a word: such a variable would not reach the program, and such a label, asked for,
 * would narrow nothing.
 */
import * as v from 'valibot'

export const TextRecord = v.pipe(
  v.custom<{ [name: string]: string }>(
    (input) => typeof input === 'object' && input !== null && !Array.isArray(input),
    'Expected texts by their names',
  ),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return
    const input = dataset.value
    for (const [key, value] of Object.entries<unknown>(input)) {
      if (typeof value === 'string') continue
      addIssue({ message: 'Expected a text', path: [{ type: 'unknown', origin: 'value', input, key, value }] })
    }
  }),
)

/** Schemas of options that several functions take. */
import * as v from 'valibot'

/** What a process can be given as a word or a path. */
export const PlainText = v.pipe(
  v.string(),
  v.check((text) => !text.includes('\0'), 'text without a NUL'),
)

/** Variables by their names; not valibot's `record`, which leaves out one that is called `constructor` (as `TextRecord`). */
export const EnvironmentSchema = v.pipe(
  v.custom<{ [name: string]: string | undefined }>(
    (input) => typeof input === 'object' && input !== null && !Array.isArray(input),
    'variables by their names',
  ),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return
    const input = dataset.value
    for (const [key, value] of Object.entries<unknown>(input)) {
      const message = problemOfVariable(key, value)
      if (message) addIssue({ message, path: [{ type: 'unknown', origin: 'value', input, key, value }] })
    }
  }),
)

function problemOfVariable(name: string, value: unknown): string | undefined {
  if (name === '' || /[=\0]/.test(name)) return 'a variable whose name is not empty and holds no "="'
  return value === undefined || v.is(PlainText, value) ? undefined : 'text without a NUL'
}

/** As `PerchPaths`. */
export const PathsSchema = v.strictObject({ config: v.string(), data: v.string(), state: v.string(), runtime: v.string() })

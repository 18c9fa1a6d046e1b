/** The options of a public function, checked: an error names the function, the option, what it should be and what it is. */
import * as v from 'valibot'
import { PerchError } from '../platform/perch-error.js'

/**
 * The options as the schema has them.
 * @throws PerchError `bad-request`
 */
export function checkOptions<const T extends v.GenericSchema>(of: string, schema: T, options: unknown): v.InferOutput<T> {
  const checked = v.safeParse(schema, options)
  if (checked.success) return checked.output
  throw new PerchError('bad-request', `${of}: ${describe(checked.issues[0])}`, {
    hint: 'The types of the package say what each option takes.',
  })
}

function describe(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue)
  if (path === null) return `expects ${issue.expected ?? 'options'}, not ${issue.received}`
  if (issue.type === 'strict_object') return `there is no option ${path}`
  // A variable may hold a secret; its name is enough.
  const found = path.startsWith('env.') ? '' : `, not ${issue.received}`
  return `the option ${path} must be ${wanted(issue)}${found}`
}

function wanted({ type, expected, message }: v.BaseIssue<unknown>): string {
  if (type === 'integer') return 'a whole number'
  return type === 'custom' ? message : (expected ?? message)
}

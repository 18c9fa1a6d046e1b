/**
 * What a session may be called. Pure. A name must be usable in a shell without quotes, and must never be taken for an
 * option or for a path.
 */
import { PerchError } from '../../platform/perch-error.js'

const NAME_LIMIT = 64
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u

/** @throws PerchError `bad-name` */
export function checkSessionName(name: string): void {
  const why = whatIsWrong(name)
  if (why === undefined) return
  throw new PerchError('bad-name', `a session's name ${why}`, {
    hint: `Use letters, digits, ".", "_" and "-", at most ${NAME_LIMIT} of them, beginning with a letter or digit.`,
  })
}

function whatIsWrong(name: string): string | undefined {
  if (name === '') return 'cannot be empty'
  const length = [...name].length
  if (length > NAME_LIMIT) return `cannot have ${length} characters`
  if (!NAME.test(name)) return `cannot be ${JSON.stringify(name)}`
  return undefined
}

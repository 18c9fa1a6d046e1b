/**
 * Which names a profile may have. A name becomes a folder whose path must never change (macOS keys the login's keychain
 * item by it), so it is short, ASCII and safe in every file system and shell.
 */
import { PerchError } from '../platform/perch-error.js'

/** The profile that always exists and runs an agent on its plain home. */
export const DEFAULT_PROFILE = 'default'

/** Long enough for any name a person types; keeps the paths below it far from every limit. */
export const PROFILE_NAME_LIMIT = 64

/** Names of devices on Windows, with any extension. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i

const HINT = 'Use letters, digits and . _ @ + -, starting with a letter or a digit.'

/**
 * Checks a name that refers to a profile.
 * @throws PerchError `bad-name`
 */
export function checkProfileName(name: string): void {
  const refuse = (why: string) => new PerchError('bad-name', `${shown(name)} cannot be a profile: ${why}`, { hint: HINT })
  if (name === '') throw refuse('the name is empty')
  if (name.length > PROFILE_NAME_LIMIT)
    throw refuse(`the name has ${name.length} characters, at most ${PROFILE_NAME_LIMIT} are allowed`)
  if (!/^[A-Za-z0-9]/.test(name)) throw refuse('it must start with a letter or a digit')
  if (!/^[A-Za-z0-9._@+-]+$/.test(name)) throw refuse('it holds a character that is not allowed')
  if (name.endsWith('.')) throw refuse('it must not end with a dot')
  if (DEVICE.test(name)) throw refuse('the name is reserved by an operating system')
}

/**
 * Checks a name for a new profile.
 * @throws PerchError `bad-name`
 */
export function checkNewProfileName(name: string): void {
  checkProfileName(name)
  if (name.toLowerCase() === DEFAULT_PROFILE) {
    throw new PerchError('bad-name', `${DEFAULT_PROFILE} is a reserved name: this profile is built in`, {
      hint: 'Choose another name.',
    })
  }
}

/** The name for a message: inert, and not longer than it needs to be. */
function shown(name: string): string {
  return JSON.stringify(name.length > PROFILE_NAME_LIMIT ? `${name.slice(0, 20)}…` : name)
}

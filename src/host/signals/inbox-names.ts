/** Names in the inbox of a session, in which its agent's hooks leave files. Pure. */

/** The last document of the status line; replaced by each later one. */
export const STATUS_NAME = 'status'

/** What is still being written begins with a dot. */
export function stagingName(name: string): string {
  return `.${name}`
}

export function isStaging(name: string): boolean {
  return name.startsWith('.')
}

/** The word of the hook that left this file (`WORD.PID`); null when no hook did. */
export function hookWordOf(name: string): string | null {
  return /^([a-z-]+)\.\d+$/.exec(name)?.[1] ?? null
}

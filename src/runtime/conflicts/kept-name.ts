/** The names of things that were kept aside: when, which, and what they were called. Pure. */

/** A name may have 255 bytes on the usual file systems; the stamp before it takes 32. */
const KEPT_NAME_LIMIT_BYTES = 200

export interface KeptName {
  /** Six hexadecimal digits. */
  readonly id: string
  readonly at: Date
  readonly name: string
}

export function keptNameText({ id, at, name }: KeptName): string {
  return `${at.toISOString().replaceAll(/[:.]/g, '-')}-${id}-${shortened(name)}`
}

/** Undefined for whatever else lies there. */
export function parseKeptName(text: string): KeptName | undefined {
  const parts = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-(\d{3})Z-([0-9a-f]{6})-(.*)$/s.exec(text)
  if (parts === null) return undefined
  const [, day, hour, minute, second, ms, id = '', name = ''] = parts
  return { id, at: new Date(`${day}T${hour}:${minute}:${second}.${ms}Z`), name }
}

/** The name with which the stamp before it is still a name; its end tells the kind of file. */
function shortened(name: string): string {
  const bytes = Buffer.from(name)
  if (bytes.length <= KEPT_NAME_LIMIT_BYTES) return name
  // Cut in the middle of a character, the rest of it becomes a replacement character, which is longer: hence the half.
  return bytes.subarray(-KEPT_NAME_LIMIT_BYTES / 2).toString('utf8')
}

/** The keys of `--detach-keys` as people write them: `ctrl-\`, `ctrl-]`, `ctrl-p,ctrl-q`, `~`. Pure. */
import { PerchError } from '../../platform/perch-error.js'

export interface DetachKey {
  /** As a terminal sends it without any keyboard protocol. */
  readonly byte: number
  /** The key's Unicode code point, as the keyboard protocols name it. */
  readonly code: number
  readonly isControl: boolean
}

export type DetachKeys = readonly [DetachKey, ...DetachKey[]]

/** As in dtach and abduco: no program that is used interactively wants it. */
export const DEFAULT_DETACH_KEYS = 'ctrl-\\'

/** More would never be typed. */
const LONGEST_COMBINATION = 4

/** Letters and the keys whose control byte is theirs; `[` is not among them, since Ctrl-[ is Escape. */
const CONTROL_KEY = /^[a-z\\\]^_@]$/

/** @throws PerchError `usage` */
export function parseDetachKeys(text: string): DetachKeys {
  const [first, ...others] = text.split(',').map((name) => parseKey(name, text))
  if (first === undefined || others.length >= LONGEST_COMBINATION) throw refuse(text)
  return [first, ...others]
}

/** The keys as a person reads them: `Ctrl-\`. */
export function detachKeysText(keys: DetachKeys): string {
  return keys.map(({ code, isControl }) => `${isControl ? 'Ctrl-' : ''}${String.fromCharCode(code)}`).join(' ')
}

function parseKey(name: string, whole: string): DetachKey {
  const control = /^(?:ctrl-|c-|\^)(.)$/i.exec(name)?.[1]?.toLowerCase()
  if (control !== undefined && CONTROL_KEY.test(control)) {
    const code = control.charCodeAt(0)
    return { byte: code & 0x1f, code, isControl: true }
  }
  if (control === undefined && /^[\x21-\x7e]$/.test(name)) {
    const code = name.charCodeAt(0)
    return { byte: code, code, isControl: false }
  }
  throw refuse(whole)
}

function refuse(text: string): PerchError {
  return new PerchError('usage', `--detach-keys does not understand ${JSON.stringify(text)}`, {
    hint: 'Write ctrl-\\, ctrl-], or several keys with commas: ctrl-p,ctrl-q.',
  })
}

/** `KEY=VALUE` as `perch profile set` takes it: what the text means is what the key wants. Pure. */
import { keyNamed, type ProfileChange } from '../../profiles/profile-change.js'
import { usageError } from '../invocation.js'

/** @throws PerchError `usage`, `bad-request` for a key that does not exist */
export function parseProfileChange(text: string): ProfileChange {
  const { key, length } = readKey(text)
  if (text.charAt(length) !== '=') {
    throw usageError(`${JSON.stringify(text)} sets nothing`, 'Write it as KEY=VALUE; --unset KEY takes a key away.')
  }
  return { key, value: meaningOf(key, text.slice(length + 1)) }
}

/** The key of `--unset`. @throws PerchError `usage`, `bad-request` */
export function parseProfileKey(text: string): readonly string[] {
  const { key, length } = readKey(text)
  if (length === text.length) return key
  throw usageError(`--unset takes a key, not ${JSON.stringify(text)}`, 'For example: --unset env.LANG')
}

/** Parts between dots, as TOML has them: a part with a dot or an equals sign in it stands between quotes. */
function readKey(text: string): { readonly key: readonly string[]; readonly length: number } {
  const whole = /^(?:"[^"]*"|[^".=]+)(?:\.(?:"[^"]*"|[^".=]+))*/.exec(text)?.[0] ?? ''
  const key = [...whole.matchAll(/"([^"]*)"|([^".=]+)/g)].map((part) => part[1] ?? part[2] ?? '')
  return { key, length: whole.length }
}

/** What cannot be read as the kind that the key wants is left as text: the profile says what was expected. */
function meaningOf([first = '']: readonly string[], text: string): unknown {
  switch (keyNamed(first).kind) {
    case 'text':
      return text
    case 'truth':
    case 'number':
      return readJson(text)
    case 'list':
      return /^\s*\[/.test(text) ? readJson(text) : first === 'command' ? text : text.split(',').filter((name) => name !== '')
    case 'table':
      return first === 'env' ? text : readJson(text)
  }
}

/** What is no JSON is text. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

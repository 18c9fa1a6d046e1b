/** What values in a definition of a person's own may be. Each parser returns undefined for a value that is not of its kind. Pure. */

/** Readable text in one line. */
export function lineOfText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && !hasControls(value) ? value : undefined
}

/** The name of one entry of a folder. */
export function entryName(value: unknown): string | undefined {
  const text = lineOfText(value)
  return text !== undefined && text !== '.' && text !== '..' && !/[/\\]/.test(text) ? text : undefined
}

/** A path that stays below the folder it is joined to: no `..`, nothing absolute. */
export function pathBelow(value: unknown): string | undefined {
  const text = lineOfText(value)
  return text?.split('/').every((segment) => entryName(segment) !== undefined) ? text : undefined
}

/** Every item of a list, each of the same kind. */
export function listOf<T>(parse: (value: unknown) => T | undefined): (value: unknown) => readonly T[] | undefined {
  return (value) => {
    if (!Array.isArray(value)) return undefined
    const items = value.map(parse)
    return items.every((item) => item !== undefined) ? items : undefined
  }
}

/** The path of a key: its names with dots between them, or as a list where a name has a dot in it. */
export function keyPath(value: unknown): readonly string[] | undefined {
  const names: readonly unknown[] = typeof value === 'string' ? value.split('.') : Array.isArray(value) ? value : []
  const texts = names.map(lineOfText)
  return texts.length > 0 && texts.every((text) => text !== undefined) ? texts : undefined
}

/** The name of a variable, or a pattern of names. */
export function variablePattern(value: unknown): string | undefined {
  // With only stars before and after nothing, every variable of the shell would go.
  return typeof value === 'string' && /^[A-Za-z_*][A-Za-z0-9_*]*$/.test(value) && !/^\**$/.test(value) ? value : undefined
}

/**
 * A variable that perch may point at a folder of its own. Not those that stand for something else to every program, and not
 * those by which a program is made to load another's code.
 */
export function ownVariable(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(value)) return undefined
  return RESERVED.test(value) ? undefined : value
}

const RESERVED =
  /^(PATH|HOME|PWD|USER|LOGNAME|SHELL|TERM|LANG|LC_.*|TZ|TMPDIR|IFS|ENV|BASH_ENV|NODE_OPTIONS|XDG_RUNTIME_DIR|PERCH_.*|LD_.*|DYLD_.*)$/

/** How long a lock may go untouched (ms): at least a second, at most an hour. */
export function staleMs(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1_000 && value <= 3_600_000 ? value : undefined
}

/** How deep a value is merged by key. */
export function depth(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 && value <= 8 ? value : undefined
}

/** One of these words. */
export function oneOf<const T extends string>(...words: readonly T[]): (value: unknown) => T | undefined {
  return (value) => words.find((word) => word === value)
}

function hasControls(text: string): boolean {
  return /\p{Cc}/u.test(text)
}

/** What values in `config.toml` mean. Each parser returns undefined for a value that is not of its kind. Pure. */

export function wholeNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

export function notNegative(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 ? value : undefined
}

export function percent(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= 100 ? value : undefined
}

/** Milliseconds. */
export function durationMs(value: unknown): number | undefined {
  const match = typeof value === 'string' ? /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(value) : null
  if (!match) return undefined
  const unitMs = { ms: 1, s: 1_000, m: 60_000 }[match[2] ?? ''] ?? 1
  return Math.round(Number(match[1]) * unitMs)
}

/** A program alone, or with its arguments. */
export function commandLine(value: unknown): readonly [string, ...string[]] | undefined {
  const words: readonly unknown[] = Array.isArray(value) ? value : [value]
  const [program, ...args] = words.filter((word): word is string => typeof word === 'string')
  return program && args.length + 1 === words.length ? [program, ...args] : undefined
}

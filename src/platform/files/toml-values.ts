/** What values of TOML may be, wherever they stand. Each parser returns undefined for a value that is not of its kind. Pure. */

export function trueOrFalse(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined
}

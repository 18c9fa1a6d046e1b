/** An environment as a child takes it, from one as `process.env` is typed. Pure. */

/** The variables that have a value. */
export function definedVariables(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

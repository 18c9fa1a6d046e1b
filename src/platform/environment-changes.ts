/** The difference between two environments, for whoever starts a child elsewhere (a container, a remote shell). Pure. */

export interface EnvironmentChanges {
  readonly set: Readonly<Record<string, string>>
  readonly unset: readonly string[]
}

/** What turns `from` into `to`. */
export function environmentChanges(
  from: Readonly<Record<string, string | undefined>>,
  to: Readonly<Record<string, string>>,
): EnvironmentChanges {
  const set = Object.fromEntries(Object.entries(to).filter(([name, value]) => !Object.hasOwn(from, name) || from[name] !== value))
  const unset = Object.keys(from).filter((name) => from[name] !== undefined && !Object.hasOwn(to, name))
  return { set, unset }
}

/** What one client of an interleaving does, as data: handed to its process on the command line. */

/** What clients do to their files, each as often as the others. */
export const CLIENT_ACTIONS = [
  /** Refreshes the login: the next number, under the client's locks, by rename over the link. */
  'login',
  /** Signs in to one more server beside the login. */
  'server',
  /** Half of a login first, then the whole one. */
  'torn-login',
  /** A key of its own in `.claude.json`, under the document's lock. */
  'key',
  /** A key of its own in `settings.json`, which has no lock. */
  'setting',
  /** A line of the history. */
  'line',
  /** A new file at the top level. */
  'file',
  /** A new folder there with a file in it. */
  'folder',
  /** A shared file that everybody has, by rename. */
  'replace',
] as const

/** Where a client may be killed within a step: with its locks just taken, its new file not yet in place, or all of it done. */
export const DEATHS = ['locked', 'staged', 'written'] as const
export type ClientDeath = (typeof DEATHS)[number]

export interface ClientStep {
  /** Unique in the interleaving: the name of the key, the line, the file. */
  readonly id: string
  readonly action: (typeof CLIENT_ACTIONS)[number] | 'account'
  /** Before the step. */
  readonly pauseMs: number
  readonly diesAt?: ClientDeath
}

export interface ClientPlan {
  readonly who: string
  /** It runs on the plain home, without perch. */
  readonly isPlain: boolean
  readonly steps: readonly ClientStep[]
}

/** All that a client's process has to know. */
export interface ClientTask extends ClientPlan {
  /** Of whose account its login and its private keys are: the profile's name, or `person`. */
  readonly account: string
  readonly home: string
  /** The file to which everybody writes what it does. */
  readonly history: string
  /** Holds the number of the account's newest refresh token, as the vendor would. */
  readonly tokens: string
}

/** The shared file that is replaced. */
export const REPLACED_FILE = 'CLAUDE.md'

/** What only the account itself may hold. */
export function accountMark(account: string): string {
  return `account-of-${account}`
}

export function tokenMark(account: string): string {
  return `token-of-${account}-`
}

/** A login as the client writes it, and the number in it. */
export function numberedLogin(account: string, number: number): Record<string, unknown> {
  const token = `${tokenMark(account)}${number}`
  return {
    accessToken: `access-${token}`,
    refreshToken: token,
    expiresAt: 1_900_000_000_000 - number,
    scopes: ['user:inference'],
  }
}

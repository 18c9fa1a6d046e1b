/**
 * Which environment variables hold secrets, told from their names. Pure. Their values are never shown: a name too many
 * costs a look into the file, one too few a key in a terminal's scrollback.
 */

const SECRET_WORD =
  /(?:^|_)(?:API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASS|CREDENTIALS?|AUTH|COOKIE|HEADERS)(?:_|$)/i

export const MASK = '••••••'

export function looksSecret(variable: string): boolean {
  return SECRET_WORD.test(variable)
}

/** The variables with the values of secret ones masked. */
export function maskSecrets(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, looksSecret(name) ? MASK : value]))
}

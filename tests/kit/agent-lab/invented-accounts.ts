/**
 * The accounts of the login provider: invented people, tokens and organizations, with the one rule that catches real
 * mistakes: a refresh token is good once, and its second use is `invalid_grant`. State only; `login-provider.ts` speaks HTTP.
 */
import { createHash, randomBytes } from 'node:crypto'

/** The login block of a credential file, as the client keeps it (`agents.md`: section 2). */
export interface Login {
  readonly accessToken: string
  readonly refreshToken: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
  readonly scopes: readonly string[]
  readonly subscriptionType: string
}

export interface Refresh {
  readonly email: string
  readonly outcome: 'granted' | 'reused'
}

export interface AccountIdentity {
  readonly email: string
  readonly accountUuid: string
  readonly organizationUuid: string
  readonly organizationName: string
}

const SCOPES = ['user:inference', 'user:profile'] as const

/** As long as the real ones; only the provider's reply says so to the client. */
export const ACCESS_TOKEN_LIFE_S = 8 * 60 * 60

export class InventedAccounts {
  readonly #emailOfAccess = new Map<string, string>()
  readonly #emailOfRefresh = new Map<string, string>()
  readonly #spent = new Set<string>()
  readonly #refreshes: Refresh[] = []

  /** Every refresh that was asked for with a token of these accounts. */
  get refreshes(): readonly Refresh[] {
    return this.#refreshes
  }

  /** A login as the vendor's own flow would leave it; `expired` ones must be refreshed before the first request. */
  logIn(email: string, state: 'fresh' | 'expired'): Login {
    const expiresAt = Date.now() + (state === 'fresh' ? 1 : -1) * ACCESS_TOKEN_LIFE_S * 1000
    const tokens = this.#issue(email)
    if (state === 'expired') this.#emailOfAccess.delete(tokens.accessToken)
    return { ...tokens, expiresAt, scopes: SCOPES, subscriptionType: 'max' }
  }

  /** New tokens for a refresh token's first use, which ends it; undefined for a spent or unknown one. */
  refresh(refreshToken: string): { email: string; accessToken: string; refreshToken: string } | undefined {
    const email = this.#emailOfRefresh.get(refreshToken)
    if (email === undefined) return undefined
    const outcome = this.#spent.has(refreshToken) ? 'reused' : 'granted'
    this.#refreshes.push({ email, outcome })
    if (outcome === 'reused') return undefined
    this.#spent.add(refreshToken)
    return { email, ...this.#issue(email) }
  }

  /** Whose access token this is; undefined for one that expired or was never given. */
  emailOf(accessToken: string): string | undefined {
    return this.#emailOfAccess.get(accessToken)
  }

  /** Whether this login still works: its refresh token was given here and not used. */
  isCurrent(login: Pick<Login, 'refreshToken'>): boolean {
    return this.#emailOfRefresh.has(login.refreshToken) && !this.#spent.has(login.refreshToken)
  }

  #issue(email: string) {
    const accessToken = `sk-ant-oat01-invented-${randomBytes(24).toString('hex')}`
    const refreshToken = `sk-ant-ort01-invented-${randomBytes(24).toString('hex')}`
    this.#emailOfAccess.set(accessToken, email)
    this.#emailOfRefresh.set(refreshToken, email)
    return { accessToken, refreshToken }
  }
}

/** Stable for an address, so that a profile seen twice is the same account. */
export function identityOf(email: string): AccountIdentity {
  return {
    email,
    accountUuid: uuidOf(`account ${email}`),
    organizationUuid: uuidOf(`organization ${email}`),
    organizationName: `Organization of ${email}`,
  }
}

export const TOKEN_SCOPE = SCOPES.join(' ')

function uuidOf(seed: string): string {
  const hex = createHash('sha256').update(seed).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-')
}

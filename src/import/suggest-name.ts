/** Names for imported profiles: made from what the source calls the account, valid, and nobody else's. Pure. */
import { PerchError } from '../platform/perch-error.js'
import { checkNewProfileName, PROFILE_NAME_LIMIT } from '../profiles/profile-name.js'
import type { FoundAccount } from './found-account.js'

/** Room for a number behind the name. */
const BASE_LIMIT = PROFILE_NAME_LIMIT - 8

const FALLBACK = 'imported'

/** The name for an account: its own where that is valid and free, else with a number behind it. Case makes no difference. */
export function suggestName(account: Pick<FoundAccount, 'source' | 'label' | 'agent'>, taken: readonly string[]): string {
  const base = validPart(account.source === 'home' ? withoutAgent(account) : account.label)
  const used = new Set(taken.map((name) => name.toLowerCase()))
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base : `${base}-${number}`
    if (!used.has(name.toLowerCase()) && isValid(name)) return name
  }
}

/** `.claude-work` is `work`. */
function withoutAgent({ label, agent }: Pick<FoundAccount, 'label' | 'agent'>): string {
  const prefix = `${agent.relocation?.defaultHome ?? ''}-`
  return label.startsWith(prefix) && label.length > prefix.length ? label.slice(prefix.length) : label
}

function validPart(label: string): string {
  const part = label
    .replace(/[^A-Za-z0-9._@+-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, BASE_LIMIT)
    .replace(/[.-]+$/, '')
  return part === '' ? FALLBACK : part
}

function isValid(name: string): boolean {
  try {
    checkNewProfileName(name)
    return true
  } catch (error) {
    if (error instanceof PerchError) return false
    throw error
  }
}

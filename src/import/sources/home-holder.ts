/** The login of a config folder of Claude Code that no import touches, to compare others with. */
import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { claude } from '../../agents/claude.js'
import { loginTokens, readLogin } from '../../agents/login-facts.js'
import { readFileIfPresent } from '../../platform/files/atomic-file.js'
import type { LoginHolder } from '../found-account.js'
import { accountDocuments } from './account-documents.js'

/** None when it holds no login. A link counts for what it leads to: somebody uses it there. */
export function homeHolder(
  config: string,
  { isSameAccountSameLogin }: { readonly isSameAccountSameLogin: boolean },
): readonly LoginHolder[] {
  if (claude.relocation === null) return []
  const { credential } = claude.relocation
  const path = join(config, credential.file)
  try {
    const bytes = readFileIfPresent(path)
    const login = bytes && readLogin(credential, bytes)
    if (login?.kind !== 'login') return []
    const identity = isSameAccountSameLogin ? accountDocuments(claude.relocation, config).identity : null
    return [{ path: realpathSync(path), title: config, tokens: loginTokens(credential, login.document), identity }]
  } catch {
    // What cannot be read cannot be compared; the login that is to be moved is one file of its own in any case.
    return []
  }
}

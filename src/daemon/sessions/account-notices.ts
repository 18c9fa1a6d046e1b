/** What is remembered of a profile's account at the beginning and the end of its sessions, and what the person is told of it. */
import { messageOf } from '../../platform/perch-error.js'
import { accountState, changedAccountText, noteAccount } from '../../profiles/known-account.js'
import type { LoginStateRequest } from '../../profiles/login-state.js'
import type { DaemonLog } from '../daemon-log.js'

/** Remembers the account of a profile of which none was known. That it cannot is not worth a session. */
export function rememberAccount(request: LoginStateRequest, log: DaemonLog): void {
  try {
    noteAccount(request)
  } catch (error) {
    log.warn('the account of a profile cannot be remembered', { profile: request.profile.name, problem: messageOf(error) })
  }
}

/** For whoever starts a session; sentences. */
export function accountNotices(request: LoginStateRequest, log: DaemonLog): readonly string[] {
  rememberAccount(request, log)
  const { account, was } = accountState(request)
  if (account === null || was === null) return []
  return [changedAccountText(request.profile.name, was, account.email ?? account.id)]
}

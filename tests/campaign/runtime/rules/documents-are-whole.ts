/** Every key that any client added is in the shared document; each profile still has its own private keys. */
import { join } from 'node:path'
import { readJson } from '../../../runtime/profile-lab.js'
import { accountMark } from '../client-plan.js'
import { writtenSteps } from '../history.js'
import { type Outcome, personOf } from './outcome.js'

export function documentsAreWhole(outcome: Outcome): readonly string[] {
  const { globalDocument, inShared } = personOf(outcome)
  return [
    ...missingKeys(outcome, 'key', globalDocument),
    ...missingKeys(outcome, 'setting', inShared('settings.json')),
    ...missingAccounts(outcome),
  ]
}

function missingKeys({ history }: Outcome, action: string, path: string): readonly string[] {
  const document = readJson(path)
  const lost = writtenSteps(history, action).filter(({ id, doneMs }) => doneMs !== null && document[id] !== id)
  const own = document.theme === 'dark' ? [] : [`${path} has lost what it had at first`]
  return [...own, ...lost.map(({ id }) => `the ${action} ${id} is not in ${path}`)]
}

function missingAccounts({ labs, history }: Outcome): readonly string[] {
  const done = writtenSteps(history, 'account').filter(({ doneMs }) => doneMs !== null)
  return labs.flatMap(({ profile: { name }, folders }) => {
    if (!done.some(({ who }) => who.startsWith(name))) return []
    const { oauthAccount } = readIfThere(join(folders.state, '.claude.json'))
    return JSON.stringify(oauthAccount ?? null).includes(accountMark(name)) ? [] : [`${name} has lost its own private key`]
  })
}

function readIfThere(path: string): Record<string, unknown> {
  try {
    return readJson(path)
  } catch {
    // Nothing of the profile was kept: the rule says so.
    return {}
  }
}

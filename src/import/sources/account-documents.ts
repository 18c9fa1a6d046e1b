/** What the documents of a config folder say of the account: who it is, and the keys that belong to its profile alone. */
import { join } from 'node:path'
import * as v from 'valibot'
import type { Relocation } from '../../agents/agent-definition.js'
import { isJsonObject, type JsonObject } from '../../runtime/sync/json-value.js'
import { privateKeys, takePrivate } from '../../runtime/sync/private-keys.js'
import type { Identity } from '../found-account.js'
import { readJson } from './small-files.js'

const Text = v.fallback(v.nullable(v.pipe(v.string(), v.minLength(1), v.maxLength(320))), null)

/** The account that an `oauthAccount` of Claude Code names. */
const OauthAccount = v.object({ accountUuid: Text, emailAddress: Text })

export interface AccountDocuments {
  readonly identity: Identity | null
  readonly documents: ReadonlyMap<string, JsonObject>
  /** Why some of it could not be read. */
  readonly problems: readonly string[]
}

/** The private keys in the documents of the config folder at `config`, and whose account they name. */
export function accountDocuments(relocation: Relocation, config: string): AccountDocuments {
  const documents = new Map<string, JsonObject>()
  const problems: string[] = []
  for (const { name, privateKeys: paths } of relocation.documents) {
    const { value, problem } = readJson(join(config, name))
    if (problem !== null) problems.push(problem)
    const own = isJsonObject(value) ? takePrivate(value, privateKeys(paths)) : {}
    if (Object.keys(own).length > 0) documents.set(name, own)
  }
  return { identity: identityIn(documents.get('.claude.json')), documents, problems }
}

/** Whose account a `.claude.json`, or a copy of one, is of. */
export function identityIn(document: unknown): Identity | null {
  const account = v.safeParse(v.looseObject({ oauthAccount: OauthAccount }), document)
  if (!account.success) return null
  return identityOf(account.output.oauthAccount.accountUuid, account.output.oauthAccount.emailAddress)
}

/** Null where nothing is known of it. */
export function identityOf(id: string | null, email: string | null): Identity | null {
  return id === null && email === null ? null : { id, email }
}

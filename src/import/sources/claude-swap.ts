/**
 * claude-swap (`cswap`): a roster, `sequence.json`, and for each of its numbers the login as base64 in
 * `credentials/.creds-N-EMAIL.enc` and a copy of `.claude.json` in `configs/`. The active account's login is at the same time
 * in the plain home. Facts: the tool's own documentation and behaviour, 2026.
 */
import { existsSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import * as v from 'valibot'
import { claude } from '../../agents/claude.js'
import type { FoundAccount, FoundLogin, ImportPlace, LoginHolder, SourceReading } from '../found-account.js'
import { NOTHING_FOUND } from '../found-account.js'
import { loginIn, readRawLogin } from '../stored-login.js'
import { identityIn, identityOf } from './account-documents.js'
import { homeHolder } from './home-holder.js'
import { filesIn, foldersIn, readJson } from './small-files.js'

const Text = v.fallback(v.nullable(v.pipe(v.string(), v.minLength(1), v.maxLength(320))), null)

const Account = v.object({ email: Text, uuid: Text, alias: Text })

const Roster = v.object({
  activeAccountNumber: v.fallback(v.nullable(v.union([v.number(), v.string()])), null),
  accounts: v.record(v.pipe(v.string(), v.regex(/^[1-9][0-9]{0,8}$/)), v.unknown()),
})

/** Nothing that would lead a path somewhere else. */
const EMAIL = /^[^/\\\u0000-\u001f\u007f]+$/

const API_KEY = /^sk-ant-api\S+$/

/** Where it keeps its things: as its own documentation says. On Linux it moves them from the older folder when it next runs. */
export function claudeSwapFolder({ env, home }: ImportPlace): string {
  const older = join(home, '.claude-swap-backup')
  if (process.platform !== 'linux') return older
  const data = env.XDG_DATA_HOME
  const folder = join(data && isAbsolute(data) ? data : join(home, '.local', 'share'), 'claude-swap')
  const isOlder = existsSync(join(older, 'sequence.json')) && !existsSync(join(folder, 'sequence.json'))
  return isOlder ? older : folder
}

export function readClaudeSwap(place: ImportPlace): SourceReading {
  const root = claudeSwapFolder(place)
  const file = join(root, 'sequence.json')
  const { value, problem } = readJson(file)
  if (problem !== null) return { ...NOTHING_FOUND, notes: [`${problem}: nothing of claude-swap is imported.`] }
  if (value === undefined) return NOTHING_FOUND
  const roster = v.safeParse(Roster, value)
  if (!roster.success) return { ...NOTHING_FOUND, notes: [`${file} is no roster of claude-swap: nothing of it is imported.`] }
  const active = String(roster.output.activeAccountNumber ?? '')
  const accounts = Object.entries(roster.output.accounts).map(([number, entry]) =>
    accountOf({ root, number, entry, isActive: number === active }),
  )
  return { accounts, holders: holdersIn(root), notes: [] }
}

interface Slot {
  readonly root: string
  readonly number: string
  readonly entry: unknown
  readonly isActive: boolean
}

function accountOf({ root, number, entry, isActive }: Slot): FoundAccount {
  const parsed = v.safeParse(Account, entry)
  const { email, uuid, alias } = parsed.success ? parsed.output : { email: null, uuid: null, alias: null }
  const base = {
    source: 'claude-swap',
    key: `${root}#${number}-${email ?? ''}`,
    label: alias ?? email ?? number,
    agent: claude,
    baseUrl: null,
    settings: {},
    isActive,
    obstacles: [],
    lockedBy: null,
  } as const
  if (email === null || !EMAIL.test(email)) {
    const why = `${join(root, 'sequence.json')} names no usable address for its account ${number}`
    return { ...base, identity: null, login: { kind: 'unusable', why }, env: {}, documents: new Map(), notes: [] }
  }
  const config = readJson(join(root, 'configs', `.claude-config-${number}-${email}.json`))
  const fromConfig = identityIn(config.value)
  const { login, apiKey } = slotLogin(join(root, 'credentials', `.creds-${number}-${email}.enc`))
  return {
    ...base,
    identity: identityOf(uuid ?? fromConfig?.id ?? null, email),
    login,
    env: apiKey === null ? {} : { ANTHROPIC_API_KEY: apiKey },
    documents: fromConfig === null ? new Map() : new Map([['.claude.json', { oauthAccount: accountIn(config.value) }]]),
    notes: config.problem === null ? [] : [`${config.problem}.`],
  }
}

/** What is kept for an account may be a key instead of a login. */
function slotLogin(path: string): { readonly login: FoundLogin; readonly apiKey: string | null } {
  const place = { path, encoding: 'base64' } as const
  const raw = readRawLogin(place)
  if (raw.kind === 'missing') {
    const why = process.platform === 'darwin' ? 'is in the keychain, which perch does not read' : 'is not in its folder'
    return { login: { kind: 'absent', why }, apiKey: null }
  }
  if (raw.kind === 'unusable') return { login: raw, apiKey: null }
  const text = raw.decoded.toString('utf8').trim()
  if (API_KEY.test(text)) return { login: { kind: 'absent', why: null }, apiKey: text }
  if (claude.relocation === null) throw new Error('Claude Code can be moved')
  return { login: loginIn(place, claude.relocation.credential, raw), apiKey: null }
}

function accountIn(config: unknown): unknown {
  return v.parse(v.looseObject({ oauthAccount: v.looseObject({}) }), config).oauthAccount
}

/** Its own sessions run on copies of a login, and it keeps the one before the last. */
function holdersIn(root: string): readonly LoginHolder[] {
  const sessions = join(root, 'sessions')
  const ofSessions = foldersIn(sessions).flatMap((name) => homeHolder(join(sessions, name), { isSameAccountSameLogin: true }))
  const credentials = join(root, 'credentials')
  const others = filesIn(credentials).filter((name) => !/^\.creds-.*\.enc$/.test(name) && name.includes('.enc'))
  return [...ofSessions, ...others.flatMap((name) => olderHolder(join(credentials, name)))]
}

function olderHolder(path: string): readonly LoginHolder[] {
  const { login } = slotLogin(path)
  return login.kind === 'stored' ? [{ path, title: path, tokens: login.login.tokens, identity: null }] : []
}

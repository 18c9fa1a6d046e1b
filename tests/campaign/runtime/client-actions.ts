/** What a client does to its files, step by step as the real one does it (docs of the definitions in `src/agents/claude.ts`). */
import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { errnoOf } from '../../../src/platform/perch-error.js'
import { accountMark, type ClientDeath, type ClientStep, type ClientTask, numberedLogin, REPLACED_FILE } from './client-plan.js'
import type { HistoryWriter } from './history.js'
import { documentLocks, holding, loginLocks } from './taken-locks.js'
import type { UsedFolder } from './used-folder.js'

type Document = Readonly<Record<string, unknown>>
type Action = (step: ClientStep) => void | Promise<void>

export function clientActions(
  task: ClientTask,
  folder: UsedFolder,
  history: HistoryWriter,
): Record<ClientStep['action'], Action> {
  const login = folder.in('.credentials.json')
  const settings = folder.in('settings.json')

  const skipped = ({ id, action }: ClientStep, why: string) => history.write('skipped', action, { id, detail: why })
  const begun = ({ id, action }: ClientStep, detail?: unknown) => history.write('begun', action, { id, detail })
  const done = (step: ClientStep) => {
    history.write('done', step.action, { id: step.id })
    dieAt(step, 'written')
  }

  /** Under the client's locks; `change` gives the new content, from a login that can be read. */
  const changeLogin = async (step: ClientStep, change: (document: Document, number: number) => Document, tears: boolean) => {
    const isHeld = await holding(history, step.id, loginLocks(folder.config), () => {
      dieAt(step, 'locked')
      const before = readDocument(login)
      if (before?.claudeAiOauth === undefined) return skipped(step, 'the login cannot be read')
      const isRefresh = step.action !== 'server'
      const number = isRefresh ? nextToken(task.tokens) : numberIn(before)
      begun(step, number)
      const text = JSON.stringify(change(before, number))
      if (tears) replace(login, text.slice(0, text.length / 2), step)
      replace(login, text, step)
      done(step)
    })
    if (!isHeld) skipped(step, 'somebody else holds a lock')
  }
  const refresh = (document: Document, number: number) => ({ ...document, claudeAiOauth: numberedLogin(task.account, number) })

  const changeDocument = async (step: ClientStep, change: (document: Document) => Document) => {
    const isHeld = await holding(history, step.id, documentLocks(folder.document), () => {
      dieAt(step, 'locked')
      const before = readDocument(folder.document) ?? {}
      checkAccount(before)
      begun(step)
      replace(folder.document, JSON.stringify(change(before), null, 2), step)
      done(step)
    })
    if (!isHeld) skipped(step, 'somebody else holds the lock')
  }

  const checkAccount = ({ oauthAccount }: Document) => {
    if (oauthAccount === undefined || JSON.stringify(oauthAccount).includes(accountMark(task.account))) return
    history.write('lost', `another account's private key is in the document: ${JSON.stringify(oauthAccount)}`)
  }

  return {
    account: (step) =>
      changeDocument(step, (document) => ({ ...document, oauthAccount: { emailAddress: accountMark(task.account) } })),
    key: (step) => changeDocument(step, (document) => ({ ...document, [step.id]: step.id })),
    login: (step) => changeLogin(step, refresh, false),
    'torn-login': (step) => changeLogin(step, refresh, true),
    server: (step) =>
      changeLogin(step, (document) => ({ ...document, mcpOAuth: { ...serversIn(document), [step.id]: step.id } }), false),
    setting: (step) => {
      begun(step)
      changeWithoutLock(settings, (document) => ({ ...document, [step.id]: step.id }), step)
      done(step)
    },
    line: (step) => {
      begun(step)
      appendFileSync(folder.in('history.jsonl'), `${lineOf(step.id)}\n`)
      done(step)
    },
    file: (step) => {
      begun(step)
      writeFileSync(folder.in(fileOf(step.id)), step.id, { flag: 'wx' })
      folder.made(folder.in(fileOf(step.id)))
      done(step)
    },
    folder: (step) => {
      begun(step)
      mkdirSync(folder.in(step.id))
      writeFileSync(folder.in(step.id, 'inside.md'), step.id, { flag: 'wx' })
      folder.made(folder.in(step.id, 'inside.md'))
      done(step)
    },
    replace: (step) => {
      begun(step)
      replace(folder.in(REPLACED_FILE), step.id, step)
      done(step)
    },
  }
}

export function lineOf(id: string): string {
  return JSON.stringify({ display: id })
}

export function fileOf(id: string): string {
  return `made-${id}.md`
}

/** The number of the refresh token. */
export function numberIn({ claudeAiOauth }: Document): number {
  const { refreshToken } = (claudeAiOauth ?? {}) as { readonly refreshToken?: string }
  return Number(/(\d+)$/.exec(refreshToken ?? '')?.[1] ?? Number.NaN)
}

export function serversIn({ mcpOAuth }: Document): Document {
  return (mcpOAuth ?? {}) as Document
}

/** The vendor's side: each refresh gets the next token. The caller holds the client's locks. */
function nextToken(path: string): number {
  const number = Number(readFileSync(path, 'utf8')) + 1
  writeFileSync(path, String(number))
  return number
}

/** There is no lock to take: what was read must still be there at the last moment, else it is read again. */
function changeWithoutLock(path: string, change: (document: Document) => Document, step: ClientStep): void {
  for (;;) {
    const seen = readIfThere(path)
    const text = JSON.stringify(change(seen === undefined ? {} : (JSON.parse(seen) as Document)), null, 2)
    const staging = stage(path, text)
    dieAt(step, 'staged')
    const isStill = readIfThere(path) === seen
    if (isStill) renameSync(staging, path)
    else rmSync(staging)
    if (isStill) return
  }
}

function replace(path: string, text: string, step: ClientStep): void {
  const staging = stage(path, text)
  dieAt(step, 'staged')
  renameSync(staging, path)
}

function stage(path: string, text: string): string {
  const staging = `${path}.tmp.${process.pid}.${Math.floor(performance.now() * 1000).toString(16)}`
  writeFileSync(staging, text, { mode: 0o600 })
  return staging
}

function readDocument(path: string): Document | undefined {
  const text = readIfThere(path)
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Document)
  } catch {
    // Cut off: a client that cannot read its file leaves it alone here.
    return undefined
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}

function dieAt(step: ClientStep, death: ClientDeath): void {
  if (step.diesAt === death) process.kill(process.pid, 'SIGKILL')
}

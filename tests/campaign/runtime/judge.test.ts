/** The campaign's own eyes: what it is there to find, it finds. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openProfileLab, type ProfileLab, writeNew } from '../../runtime/profile-lab.js'
import { fileOf, lineOf } from './client-actions.js'
import { accountMark, numberedLogin, REPLACED_FILE } from './client-plan.js'
import type { Happening } from './history.js'
import { whatIsLost } from './judge.js'

interface Case {
  readonly work: ProfileLab
  readonly other: ProfileLab
  readonly history: Happening[]
}

const STEPS = [
  ['account'],
  ['key'],
  ['setting'],
  ['login', 1],
  ['torn-login', 2],
  ['server', 2],
  ['line'],
  ['file'],
  ['folder'],
  ['replace'],
] as const

/** Everything in its place after one client of each profile did one thing of each kind. */
async function openCase(): Promise<Case & AsyncDisposable> {
  const work = await openProfileLab()
  const other = await work.add('other')
  const history: Happening[] = []
  const keys: Record<string, string> = { theme: 'dark' }
  const settings: Record<string, string> = { theme: 'dark' }
  const lines: string[] = []
  for (const lab of [work, other]) {
    const who = `${lab.profile.name}0`
    const id = (what: string) => `${who}.${what}`
    for (const [what, detail] of STEPS) {
      for (const phase of ['begun', 'done'] as const)
        history.push({ atMs: history.length, who, phase, what, id: id(what), detail })
    }
    keys[id('key')] = id('key')
    settings[id('setting')] = id('setting')
    lines.push(`${lineOf(id('line'))}\n`)
    writeNew(work.inShared(fileOf(id('file'))), id('file'))
    writeNew(work.inShared(id('folder'), 'inside.md'), id('folder'))
    writeNew(work.inShared(REPLACED_FILE), id('replace'))
    writeNew(lab.durableLogin, loginText(lab.profile.name, 2, id('server')))
    writeNew(
      join(lab.folders.state, '.claude.json'),
      JSON.stringify({ oauthAccount: { emailAddress: accountMark(lab.profile.name) } }),
    )
  }
  writeNew(work.globalDocument, JSON.stringify(keys))
  writeNew(work.inShared('settings.json'), JSON.stringify(settings))
  writeNew(work.inShared('history.jsonl'), lines.join(''))
  writeNew(work.inShared('.credentials.json'), JSON.stringify({ claudeAiOauth: numberedLogin('person', 0) }))
  return { work, other, history, [Symbol.asyncDispose]: () => work[Symbol.asyncDispose]() }
}

function loginText(account: string, number: number, server: string): string {
  return JSON.stringify({ claudeAiOauth: numberedLogin(account, number), mcpOAuth: { [server]: server } })
}

function edit(path: string, change: (text: string) => string): void {
  writeFileSync(path, change(readFileSync(path, 'utf8')))
}

function lossesOf({ work, other, history }: Case): readonly string[] {
  return whatIsLost({ labs: [work, other], history })
}

test('what is all there is not called a loss', async () => {
  await using made = await openCase()
  expect(lossesOf(made)).toEqual([])
})

test('nor is a step whose client was killed in the middle of it, whether it was done or not', async () => {
  await using made = await openCase()
  const isDone = ({ who, phase, what }: Happening) =>
    who === 'work0' && phase === 'done' && what !== 'account' && what !== 'login' && what !== 'torn-login'
  const cut = made.history.filter((happening) => !isDone(happening))
  expect(whatIsLost({ labs: [made.work, made.other], history: cut })).toEqual([])
  rmSync(made.work.inShared(fileOf('work0.file')))
  edit(made.work.inShared('settings.json'), (text) => text.replace('"work0.setting":"work0.setting"', '"more":1'))
  expect(whatIsLost({ labs: [made.work, made.other], history: cut })).toEqual([])
})

test('a login that the next write of its own client has torn is no loss, unless perch had adopted it', async () => {
  await using made = await openCase()
  const { work, history } = made
  const tear = { who: 'work0', what: 'torn-login', id: 'work0.tear', detail: 3 }
  history.push({ atMs: 5_000, phase: 'begun', ...tear })
  writeFileSync(work.durableLogin, loginText('work', 0, 'work0.server'))
  expect(lossesOf(made)).toEqual([])
  writeNew(join(work.folders.sync, 'journal.jsonl'), `${JSON.stringify({ at: new Date(4_000), what: 'login-adopted' })}\n`)
  expect(lossesOf(made)).toEqual(['the login of work is number 0, the last one written is number 2'])
  // Done after all: it was another client that was killed before.
  history.push({ atMs: 5_001, phase: 'done', ...tear })
  expect(lossesOf(made)).toEqual(['the login of work is number 0, the last one written is number 3'])
})

const DAMAGES: readonly (readonly [string, (made: Case) => void, string])[] = [
  ['a key', ({ work }) => edit(work.globalDocument, (text) => text.replaceAll('work0.key', 'x')), 'the key work0.key is not in'],
  [
    'a setting',
    ({ work }) => edit(work.inShared('settings.json'), (text) => text.replaceAll('other0.setting', 'x')),
    'the setting other0.setting is not in',
  ],
  [
    'what was there at first',
    ({ work }) => edit(work.globalDocument, (text) => text.replace('dark', 'light')),
    'has lost what it had at first',
  ],
  ['an identity', ({ other }) => rmSync(join(other.folders.state, '.claude.json')), 'other has lost its own private key'],
  [
    'the newest login',
    ({ work }) => writeFileSync(work.durableLogin, loginText('work', 1, 'work0.server')),
    'the login of work is number 1, the last one written is number 2',
  ],
  [
    'a login that nobody wrote',
    ({ work }) => writeFileSync(work.durableLogin, loginText('work', 7, 'work0.server')),
    'the login of work is number 7, which nobody wrote',
  ],
  ['a whole login', ({ work }) => edit(work.durableLogin, (text) => text.slice(0, 20)), 'the login of work cannot be read'],
  ['every login', ({ work }) => rmSync(work.durableLogin), 'the login of work cannot be read'],
  [
    'a server',
    ({ other }) => writeFileSync(other.durableLogin, loginText('other', 2, 'x')),
    'the login of other has lost the server other0.server',
  ],
  ['the login of the person', ({ work }) => rmSync(work.inShared('.credentials.json')), 'the login of the person cannot be read'],
  ['a line', ({ work }) => writeFileSync(work.inShared('history.jsonl'), lineOf('work0.line')), 'other0.line is there 0 times'],
  ['a line, by doubling it', ({ work }) => edit(work.inShared('history.jsonl'), (text) => text + text), 'is there 2 times'],
  ['a file', ({ work }) => rmSync(work.inShared(fileOf('work0.file'))), 'the file work0.file is there 0 times'],
  ['the content of a file', ({ work }) => writeFileSync(work.inShared(fileOf('work0.file')), ''), 'is there 0 times'],
  ['a folder', ({ work }) => rmSync(work.inShared('other0.folder'), { recursive: true }), 'the folder other0.folder is there'],
  [
    'the last version of a shared file',
    ({ work }) => writeFileSync(work.inShared(REPLACED_FILE), 'work0.replace'),
    'the version other0.replace of CLAUDE.md is neither in its place nor kept aside',
  ],
  [
    'a shared file to nobody',
    ({ work }) => writeFileSync(work.inShared(REPLACED_FILE), 'half of som'),
    'CLAUDE.md says what nobody wrote: half of som',
  ],
  [
    'a private key to the shared home',
    ({ work }) => edit(work.globalDocument, (text) => text.replace('dark', `dark", "oauthAccount": "${accountMark('work')}`)),
    ".claude.json holds what is work's alone",
  ],
  [
    'a token to another account',
    ({ other }) => writeNew(join(other.folders.state, 'x'), JSON.stringify(numberedLogin('work', 1))),
    "holds what is work's alone",
  ],
  [
    'to a client that saw it',
    ({ history }) => history.push({ atMs: 0, who: 'work0', phase: 'lost', what: 'its folder is gone' }),
    'work0 noticed: its folder is gone',
  ],
]

test.each(DAMAGES)('the loss of %s is told', async (_, damage, told) => {
  await using made = await openCase()
  damage(made)
  expect(lossesOf(made)).toContainEqual(expect.stringContaining(told))
})

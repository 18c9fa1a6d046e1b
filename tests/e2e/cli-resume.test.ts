/** `perch resume`: the conversation of a session that has ended goes on in another one. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { answeredQuestions, apiKeyVariables } from '../kit/agent-lab/claude.js'
import { addClaudeProfile, addToGlobalDocument, withClaude } from '../kit/agent-lab/claude-profile.js'
import { askOnScreen, labAnswer } from '../kit/agent-lab/claude-screen.js'
import { INSTALL_BOUND_MS, requiresClaude } from '../kit/agent-lab/install-agent.js'
import { startProvider } from '../kit/agent-lab/provider.js'
import { until } from '../kit/bounded.js'
import { type PerchOptions, perch, perchText } from '../kit/perch-program.js'
import { listSessions, showSession, startSession } from '../kit/perch-session.js'
import { type TemporaryHome, type TestHome, temporaryHome } from '../kit/temporary-home.js'
import { openTerminal } from '../kit/terminal.js'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Says where it runs, under which profile and with which arguments, and stays when it is told to. */
const AGENT =
  '#!/bin/sh\n[ "$1" = --settings ] && shift 2\nprintf "%s|%s|%s\\n" "$PERCH_PROFILE" "$(pwd)" "$*"\n[ -e "$HOME/stay" ] && exec sleep 1000\nexit 0\n'

async function homeWithProfiles(): Promise<{ home: TemporaryHome; shell: PerchOptions & { readonly cwd: string } }> {
  const home = temporaryHome()
  const bin = join(home.home, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'claude'), AGENT)
  chmodSync(join(bin, 'claude'), 0o755)
  for (const name of ['work', 'play']) await perchText(home, ['profile', 'add', name, '--agent', 'claude'])
  await perchText(home, ['profile', 'add', 'other', '--agent', 'codex'])
  return { home, shell: { env: { PATH: `${bin}:${home.env.PATH ?? ''}` }, cwd: home.folder('project') } }
}

const conversationOf = (session: { readonly conversation?: unknown }) =>
  v.parse(v.pipe(v.string(), v.regex(UUID)), session.conversation)

/** Whether a file of this name below the shared home's conversations holds the text. */
function isWritten(home: TestHome, name: string, text: string): boolean {
  const projects = join(home.home, '.claude/projects')
  const found = existsSync(projects) ? readdirSync(projects, { recursive: true }).map(String) : []
  return found.some((path) => basename(path) === name && readFileSync(join(projects, path), 'utf8').includes(text))
}

test('in the same folder, under its profile or another one of the same agent, with name and labels', async () => {
  const { home, shell } = await homeWithProfiles()
  await using _ = home
  const first = await startSession(home, 'run', ['work', '--pipe', '-n', 'talk', '--label', 'a=b', '--', '-p', 'hi'], shell)
  await perch(home, ['wait', first.id])
  const id = conversationOf(first)
  expect(await perchText(home, ['logs', 'talk'])).toBe(`work|${shell.cwd}|--session-id ${id} -p hi`)

  const elsewhere = { ...shell, cwd: home.home }
  expect(await perchText(home, ['resume', 'talk', '--', '-p', 'more'], elsewhere)).toBe(
    `work|${shell.cwd}|--resume ${id} -p more`,
  )
  expect(await perchText(home, ['resume', first.id, '--profile', 'play'], elsewhere)).toBe(`play|${shell.cwd}|--resume ${id}`)
  const [latest, second] = await listSessions(home)
  expect(latest).toMatchObject({ name: 'talk', profile: 'play', conversation: id, labels: { a: 'b' }, cwd: shell.cwd })
  expect(second).toMatchObject({ name: 'talk', profile: 'work', conversation: id, labels: { a: 'b' } })
  // By the agent's own id, here; and by the file that it keeps, where that says.
  expect(await perchText(home, ['resume', id, '--profile', 'play'], elsewhere)).toBe(
    `play|${home.home}|--setting-sources user --resume ${id}`,
  )
  const transcript = join(home.home, `${id}.jsonl`)
  writeFileSync(transcript, `{"type":"summary"}\n{"cwd":${JSON.stringify(shell.cwd)}}\n{"cut off`)
  expect(await perchText(home, ['resume', transcript, '--profile', 'work'], elsewhere)).toBe(`work|${shell.cwd}|--resume ${id}`)
})

test('one that still runs is refused, or ended first', async () => {
  const { home, shell } = await homeWithProfiles()
  await using _ = home
  writeFileSync(join(home.home, 'stay'), '')
  const first = await startSession(home, 'run', ['work', '-n', 'talk'], shell)
  const refused = await perch(home, ['resume', 'talk'], shell)
  expect(refused).toMatchObject({ code: 4, stderr: expect.stringContaining('--end ends it first') })
  expect(await showSession(home, first.id)).toMatchObject({ state: 'running' })
  const [second = ''] = (await perchText(home, ['resume', 'talk', '--end', '-d'], shell)).split('\n')
  expect(await showSession(home, first.id)).toMatchObject({ state: 'exited' })
  expect(await showSession(home, second)).toMatchObject({ state: 'running', name: 'talk', conversation: first.conversation })
  await perchText(home, ['kill', 'talk', '--grace', '0s'])
})

test('all that were lost, each once', async () => {
  const { home, shell } = await homeWithProfiles()
  await using _ = home
  writeFileSync(join(home.home, 'stay'), '')
  const lost = [
    await startSession(home, 'run', ['work', '-n', 'one'], shell),
    await startSession(home, 'run', ['play', '-n', 'two'], shell),
  ]
  const kept = await startSession(home, 'run', ['work', '-n', 'kept'], shell)
  await startSession(home, 'exec', ['-n', 'no-agent', '--', 'sleep', '1000'], shell)
  for (const { hostPid, pid } of [...lost, await showSession(home, 'no-agent')]) {
    process.kill(hostPid ?? Number.NaN, 'SIGKILL')
    process.kill(pid ?? Number.NaN, 'SIGKILL')
  }
  const isLost = async () => (await listSessions(home)).filter(({ state }) => state === 'lost').length === 3
  await until(isLost, 20_000, () => 'the loss')
  const ids = (await perchText(home, ['resume', '--all'], shell)).split('\n')
  expect(ids).toHaveLength(2)
  const resumed = await Promise.all(ids.map((id) => showSession(home, id)))
  expect(
    resumed
      .map(({ name, profile, conversation, state }) => ({ name, profile, conversation, state }))
      .sort((a, b) => String(a.name).localeCompare(String(b.name))),
  ).toEqual([
    { name: 'one', profile: 'work', conversation: lost[0]?.conversation, state: 'running' },
    { name: 'two', profile: 'play', conversation: lost[1]?.conversation, state: 'running' },
  ])
  expect(await perch(home, ['resume', '--all'], shell)).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('no lost session'),
  })
  expect(await showSession(home, 'kept')).toMatchObject({ id: kept.id, state: 'running' })
  await perchText(home, ['kill', '--all', '--grace', '0s'])
})

test('what cannot be continued is told as such', async () => {
  const { home, shell } = await homeWithProfiles()
  await using _ = home
  const talk = await startSession(home, 'run', ['work', '-n', 'talk'], shell)
  await perch(home, ['wait', talk.id])
  await perch(home, ['exec', '-n', 'plain', '--', 'true'], shell)
  const refusal = async (...args: readonly string[]) => {
    const { code, stdout } = await perch(home, ['resume', ...args, '--json'], shell)
    return {
      code,
      error: v.parse(v.looseObject({ error: v.looseObject({ code: v.string() }) }), JSON.parse(stdout.toString())).error.code,
    }
  }
  expect(await refusal('plain')).toEqual({ code: 1, error: 'no-conversation' })
  expect(await refusal('talk', '--profile', 'other')).toEqual({ code: 4, error: 'other-agent' })
  expect(await refusal('talk', '--profile', 'nobody')).toEqual({ code: 3, error: 'profile-not-found' })
  expect(await refusal('nothing')).toEqual({ code: 3, error: 'session-not-found' })
  expect(await refusal(join(home.home, '11111111-2222-4333-8444-555555555555.jsonl'))).toEqual({
    code: 1,
    error: 'file-not-found',
  })
  expect(await refusal()).toEqual({ code: 2, error: 'usage' })
  expect(await refusal('talk', '--all')).toEqual({ code: 2, error: 'usage' })
})

test('the real Claude Code, killed with its host, goes on where it was, under another profile', {
  timeout: INSTALL_BOUND_MS,
}, async (context) => {
  const claude = await requiresClaude(context)
  await using base = temporaryHome()
  await using provider = await startProvider(labAnswer)
  const home = withClaude(base, claude, {})
  const cwd = home.folder('project')
  for (const profile of ['work', 'play']) {
    await addClaudeProfile(home, profile, apiKeyVariables(provider))
    await addToGlobalDocument(home, profile, answeredQuestions([cwd]))
  }
  const size = { cols: 90, rows: 30 }
  {
    await using terminal = await openTerminal(home, ['run', 'work', '-n', 'talk'], { size, cwd })
    await askOnScreen(terminal, 'before-the-crash')
    const { hostPid, pid, conversation } = await showSession(home, 'talk')
    // It writes the conversation down a moment after it has shown it.
    await until(
      () => isWritten(home, `${conversation}.jsonl`, labAnswer('before-the-crash')),
      20_000,
      () => 'the conversation on disk',
    )
    process.kill(hostPid ?? Number.NaN, 'SIGKILL')
    process.kill(pid ?? Number.NaN, 'SIGKILL')
    await terminal.exit()
  }
  await until(
    async () => (await showSession(home, 'talk')).state === 'lost',
    20_000,
    () => 'the loss',
  )
  await using terminal = await openTerminal(home, ['resume', 'talk', '--profile', 'play'], { size })
  await terminal.waitForText(labAnswer('before-the-crash'))
  await askOnScreen(terminal, 'after-the-crash')
  expect(await showSession(home, 'talk')).toMatchObject({ profile: 'play', cwd })
  await perchText(home, ['kill', 'talk'])
  expect(provider.prompts).toEqual(['before-the-crash', 'after-the-crash'])
})

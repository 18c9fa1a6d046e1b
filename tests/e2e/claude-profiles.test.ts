/** The real Claude Code under profiles: each its own login, one history for all, and nothing of a login lost between runs. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  answeredQuestions,
  apiKeyVariables,
  loginIn,
  loginVariables,
  MCP_LOGIN,
  mcpLoginsIn,
  writePrivate,
} from '../kit/agent-lab/claude.js'
import { addClaudeProfile, durableCredentials, logInProfile, withClaude } from '../kit/agent-lab/claude-profile.js'
import { askOnScreen, labAnswer } from '../kit/agent-lab/claude-screen.js'
import { INSTALL_BOUND_MS, requiresClaude } from '../kit/agent-lab/install-agent.js'
import { startLoginProvider } from '../kit/agent-lab/login-provider.js'
import { startProvider } from '../kit/agent-lab/provider.js'
import { perch, perchJson, perchText } from '../kit/perch-program.js'
import { killAtOnce, listSessions, runtimeReleased } from '../kit/perch-session.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { openTerminal } from '../kit/terminal.js'

// The first of these tests on a machine installs the agent.
const LAB = { timeout: INSTALL_BOUND_MS }

const WORK = 'work@example.test'
const PLAY = 'play@example.test'

test('two profiles run side by side, each with its own login, over one history', LAB, async (context) => {
  const claude = await requiresClaude(context)
  await using base = temporaryHome()
  await using provider = await startLoginProvider(labAnswer)
  const home = withClaude(base, claude, loginVariables(provider))
  const cwd = home.folder('project')
  writePrivate(join(home.home, '.claude.json'), answeredQuestions([cwd]))
  for (const [profile, email] of [['work', WORK] as const, ['play', PLAY] as const]) {
    await addClaudeProfile(home, profile)
    await logInProfile(home, profile, email, provider.accounts.logIn(email, 'expired'))
  }

  {
    await using work = await openTerminal(home, ['run', 'work'], { cwd })
    await using play = await openTerminal(home, ['run', 'play'], { cwd })
    await Promise.all([askOnScreen(work, 'asked-at-work'), askOnScreen(play, 'asked-at-play')])
    await Promise.all([askOnScreen(work, 'once-more-at-work'), askOnScreen(play, 'once-more-at-play')])
    expect(await perchJson(home, ['profile', 'ls'])).toMatchObject({
      profiles: expect.arrayContaining([
        expect.objectContaining({ name: 'work', loggedIn: true, sessions: 1, linkMode: 'link' }),
        expect.objectContaining({ name: 'play', loggedIn: true, sessions: 1, linkMode: 'link' }),
      ]),
    })
    await perchText(home, ['kill', '--all'])
    await Promise.all([work.exit(), play.exit()])
  }
  await Promise.all([runtimeReleased(home, 'work'), runtimeReleased(home, 'play')])

  const promptsOf = (email: string) => provider.prompts.filter((it) => it.email === email).map(({ prompt }) => prompt)
  expect(promptsOf(WORK)).toEqual(['asked-at-work', 'once-more-at-work'])
  expect(promptsOf(PLAY)).toEqual(['asked-at-play', 'once-more-at-play'])
  expect(new Set(provider.accounts.refreshes)).toEqual(
    new Set([
      { email: WORK, outcome: 'granted' },
      { email: PLAY, outcome: 'granted' },
    ]),
  )
  const [atWork, atPlay] = ['work', 'play'].map((profile) => loginIn(durableCredentials(home, profile)))
  expect(atWork && provider.accounts.emailOf(atWork.accessToken)).toBe(WORK)
  expect(atPlay && provider.accounts.emailOf(atPlay.accessToken)).toBe(PLAY)

  const shared = join(home.home, '.claude')
  const typed = readFileSync(join(shared, 'history.jsonl'), 'utf8')
  for (const prompt of ['asked-at-work', 'asked-at-play']) expect(typed).toContain(prompt)
  expect(transcriptsIn(shared)).toHaveLength(2)
  expect(existsSync(join(shared, '.credentials.json'))).toBe(false)
  expect(readFileSync(join(home.home, '.claude.json'), 'utf8')).not.toMatch(/oauthAccount|example\.test/)
  expect(provider.unexpected).toEqual([])
})

test(
  'a login that the client refreshed is kept at the end of the session, with the logins at other servers beside it',
  LAB,
  async (context) => {
    const claude = await requiresClaude(context)
    await using base = temporaryHome()
    await using provider = await startLoginProvider(labAnswer)
    const home = withClaude(base, claude, loginVariables(provider))
    const cwd = home.folder('project')
    await addClaudeProfile(home, 'work')
    await logInProfile(home, 'work', WORK, provider.accounts.logIn(WORK, 'expired'))

    const first = await perchText(home, ['run', 'work', '--', '-p', 'first'], { cwd })
    await runtimeReleased(home, 'work')
    const kept = loginIn(durableCredentials(home, 'work'))
    const second = await perchText(home, ['run', 'work', '--', '-p', 'second'], { cwd })
    await runtimeReleased(home, 'work')

    expect([first, second]).toEqual([labAnswer('first'), labAnswer('second')])
    expect(provider.accounts.isCurrent(kept)).toBe(true)
    expect(mcpLoginsIn(durableCredentials(home, 'work'))).toEqual(MCP_LOGIN)
    expect(provider.accounts.refreshes).toEqual([{ email: WORK, outcome: 'granted' }])
  },
)

test(
  'a login refreshed in a session whose host, daemon and agent were killed is there for the next one',
  LAB,
  async (context) => {
    const claude = await requiresClaude(context)
    // The client was killed in the middle of its work: its own lock folders are not perch's.
    await using base = temporaryHome({ mayLeave: ['lock', 'socket', 'staging-file'] })
    await using provider = await startLoginProvider(labAnswer)
    const home = withClaude(base, claude, loginVariables(provider))
    const cwd = home.folder('project')
    writePrivate(join(home.home, '.claude.json'), answeredQuestions([cwd]))
    await addClaudeProfile(home, 'work')
    await logInProfile(home, 'work', WORK, provider.accounts.logIn(WORK, 'expired'))
    await using terminal = await openTerminal(home, ['run', 'work'], { cwd })
    await askOnScreen(terminal, 'before-the-crash')
    const [live] = (await listSessions(home)).filter(({ state }) => state === 'running')

    killAtOnce(home, live?.id ?? '')
    expect(await terminal.exit()).toEqual({ code: 1, signal: null })

    expect(await perchText(home, ['run', 'work', '--', '-p', 'after-the-crash'], { cwd })).toBe(labAnswer('after-the-crash'))
    await runtimeReleased(home, 'work')
    expect(provider.accounts.refreshes).toEqual([{ email: WORK, outcome: 'granted' }])
    expect(provider.accounts.isCurrent(loginIn(durableCredentials(home, 'work')))).toBe(true)
    expect(readFileSync(join(home.home, '.claude', 'history.jsonl'), 'utf8')).toContain('before-the-crash')
    expect((await listSessions(home)).find(({ id }) => id === live?.id)).toMatchObject({
      state: 'lost',
      exit: { outcome: 'lost' },
    })
  },
)

test('a profile with an API key of its own asks with that key, not with the one in the shell', LAB, async (context) => {
  const claude = await requiresClaude(context)
  await using base = temporaryHome()
  await using provider = await startProvider(labAnswer)
  const home = withClaude(base, claude, { ...apiKeyVariables(provider), ANTHROPIC_API_KEY: 'sk-ant-api03-of-the-shell' })
  await addClaudeProfile(home, 'client', apiKeyVariables(provider))

  expect(await perchText(home, ['run', 'client', '--', '-p', 'hi'], { cwd: home.folder('project') })).toBe(labAnswer('hi'))
  await runtimeReleased(home, 'client')

  const keys = provider.requests.map(({ headers }) => headers['x-api-key']).filter((key) => key !== undefined)
  expect(new Set(keys)).toEqual(new Set([apiKeyVariables(provider).ANTHROPIC_API_KEY]))
  expect(provider.unexpected).toEqual([])
})

test('an agent that is not installed is an error with a hint, and leaves no session', async () => {
  await using home = temporaryHome()
  await addClaudeProfile(home, 'work')
  const env = { PATH: '/usr/bin:/bin' }

  const refused = await perch(home, ['run', 'work', '--json'], { env })

  expect(refused.code).toBe(127)
  expect(JSON.parse(refused.stdout.toString())).toMatchObject({
    error: { code: 'agent-not-installed', hint: expect.any(String) },
  })
  expect(await listSessions(home)).toEqual([])
})

function transcriptsIn(shared: string): readonly string[] {
  const projects = join(shared, 'projects')
  return readdirSync(projects).flatMap((name) => readdirSync(join(projects, name)).filter((file) => file.endsWith('.jsonl')))
}

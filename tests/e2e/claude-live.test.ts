/** The real Claude Code under profiles that are kept in step while it runs, by links and by copies. */
import { existsSync, lstatSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { LINK_MODES_OF_SLOW_AGENTS } from '../kit/agent-lab/agent-home.js'
import { answeredQuestions, loginIn, loginVariables, MCP_LOGIN, mcpLoginsIn, writePrivate } from '../kit/agent-lab/claude.js'
import {
  addClaudeProfile,
  documentAt,
  durableCredentials,
  type Json,
  logInProfile,
  runtimeFile,
  withClaude,
} from '../kit/agent-lab/claude-profile.js'
import { askOnScreen, changeSetting, labAnswer } from '../kit/agent-lab/claude-screen.js'
import { INSTALL_BOUND_MS, requiresClaude } from '../kit/agent-lab/install-agent.js'
import { startLoginProvider } from '../kit/agent-lab/login-provider.js'
import { seen } from '../kit/bounded.js'
import { perchText } from '../kit/perch-program.js'
import { runtimeReleased, startSession } from '../kit/perch-session.js'
import { type TestHome, temporaryHome } from '../kit/temporary-home.js'
import { openTerminal } from '../kit/terminal.js'

// The first of these tests on a machine installs the agent.
const LAB = { timeout: INSTALL_BOUND_MS }

const WORK = 'work@example.test'
const PLAY = 'play@example.test'

describe.each(LINK_MODES_OF_SLOW_AGENTS)('in %s mode', (mode) => {
  test('eight sessions of one profile with an expired login make one refresh, and all succeed', LAB, async (context) => {
    const claude = await requiresClaude(context)
    await using base = temporaryHome()
    await using provider = await startLoginProvider(labAnswer)
    const home = withClaude(base, claude, { ...loginVariables(provider), PERCH_LINK_MODE: mode })
    const cwd = home.folder('project')
    await addClaudeProfile(home, 'work')
    await logInProfile(home, 'work', WORK, provider.accounts.logIn(WORK, 'expired'))
    // Holds the runtime, so that the login that was refreshed is looked at while it stands.
    const holder = await startSession(home, 'exec', ['work', '--', 'sleep', '600'])

    const prompts = Array.from({ length: 8 }, (_, at) => `asked-${at}`)
    const answers = await Promise.all(prompts.map((prompt) => perchText(home, ['run', 'work', '--', '-p', prompt], { cwd })))

    expect(answers).toEqual(prompts.map(labAnswer))
    expect(provider.accounts.refreshes).toEqual([{ email: WORK, outcome: 'granted' }])
    const durable = durableCredentials(home, 'work')
    await seen('the refreshed login in the profile', () => provider.accounts.isCurrent(loginIn(durable)))
    const shown = runtimeFile(home, 'work', basename(durable))
    await seen('the profile in the runtime', () => readFileSync(shown, 'utf8') === readFileSync(durable, 'utf8'))
    expect(lstatSync(shown).isSymbolicLink()).toBe(mode === 'link')
    expect(mcpLoginsIn(durable)).toEqual(MCP_LOGIN)
    await perchText(home, ['kill', holder.id])
    await runtimeReleased(home, 'work')
    expect(provider.unexpected).toEqual([])
  })

  test(
    'what is changed in one of two profiles is in the other while both run, and each stays who it is',
    LAB,
    async (context) => {
      const claude = await requiresClaude(context)
      await using base = temporaryHome()
      await using provider = await startLoginProvider(labAnswer)
      const home = withClaude(base, claude, { ...loginVariables(provider), PERCH_LINK_MODE: mode })
      const cwd = home.folder('project')
      const shared = join(home.home, '.claude.json')
      writePrivate(shared, answeredQuestions([cwd]))
      for (const [profile, email] of [['work', WORK] as const, ['play', PLAY] as const]) {
        await addClaudeProfile(home, profile)
        await logInProfile(home, profile, email, provider.accounts.logIn(email, 'fresh'))
      }
      const work = await openTerminal(home, ['run', 'work'], { cwd })
      const play = await openTerminal(home, ['run', 'play'], { cwd })
      await using _work = work
      await using _play = play
      const watching = new AbortController()
      const strangers = watchIdentities(home, watching.signal)

      await Promise.all([askOnScreen(work, 'asked-at-work'), askOnScreen(play, 'asked-at-play')])
      await changeSetting(work, 'Auto-compact')
      for (const path of [join(home.home, '.claude', 'settings.json'), runtimeFile(home, 'play', 'settings.json')]) {
        await seen(`the setting in ${path}`, () => documentAt(path).autoCompactEnabled === false)
      }
      const added = await perchText(home, ['exec', 'play', '--', 'claude', 'mcp', 'add', '-s', 'user', 'lab', '--', 'true'], {
        cwd,
      })
      expect(added).toContain('lab')
      const server = (path: string) => (documentAt(path).mcpServers as Json | undefined)?.lab
      await seen('the server at work', () => server(runtimeFile(home, 'work', '.claude.json')) !== undefined)
      expect(await perchText(home, ['exec', 'work', '--', 'claude', 'mcp', 'get', 'lab'], { cwd })).toContain('true')

      watching.abort()
      expect(await strangers).toEqual([])
      expect(readFileSync(shared, 'utf8')).not.toMatch(/oauthAccount|example\.test/)
      await perchText(home, ['kill', '--all'])
      await Promise.all([work.exit(), play.exit()])
      await Promise.all([runtimeReleased(home, 'work'), runtimeReleased(home, 'play')])
      expect(provider.unexpected).toEqual([])
    },
  )

  test('a conversation of one profile goes on under the other while both runtimes stand', LAB, async (context) => {
    const claude = await requiresClaude(context)
    await using base = temporaryHome()
    await using provider = await startLoginProvider(labAnswer)
    const home = withClaude(base, claude, { ...loginVariables(provider), PERCH_LINK_MODE: mode })
    const cwd = home.folder('project')
    for (const [profile, email] of [['work', WORK] as const, ['play', PLAY] as const]) {
      await addClaudeProfile(home, profile)
      await logInProfile(home, profile, email, provider.accounts.logIn(email, 'fresh'))
      await startSession(home, 'exec', [profile, '--', 'sleep', '600'])
    }
    const id = '6b1f8a52-3c57-4b7e-9d0a-3f0d1c2b4a59'
    expect(await perchText(home, ['run', 'work', '--', '-p', '--session-id', id, 'begun-at-work'], { cwd })).toContain('begun')
    const transcript = join('projects', cwd.replaceAll(/[^a-zA-Z0-9]/g, '-'), `${id}.jsonl`)
    await seen('the transcript at play', () => existsSync(runtimeFile(home, 'play', transcript)))
    const ended = () => readFileSync(runtimeFile(home, 'play', transcript), 'utf8').includes(labAnswer('begun-at-work'))
    await seen('the answer in it', ended)

    expect(await perchText(home, ['run', 'play', '--', '-p', '--resume', id, 'gone-on-at-play'], { cwd })).toContain('gone-on')

    expect(provider.prompts.map(({ email, prompt }) => [email, prompt])).toEqual([
      [WORK, 'begun-at-work'],
      [PLAY, 'gone-on-at-play'],
    ])
    const last = provider.requests.filter(({ path }) => path.includes('/v1/messages')).at(-1)
    expect(last?.body).toContain('begun-at-work')
    await perchText(home, ['kill', '--all'])
    await Promise.all([runtimeReleased(home, 'work'), runtimeReleased(home, 'play')])
  })
})

/** Looks at whose each runtime says it is until it is told to stop; returns what was wrong. */
async function watchIdentities(home: TestHome, signal: AbortSignal): Promise<readonly string[]> {
  const wrong = new Set<string>()
  while (!signal.aborted) {
    for (const [profile, email] of [['work', WORK] as const, ['play', PLAY] as const]) {
      const account = documentAt(runtimeFile(home, profile, '.claude.json')).oauthAccount as Json | undefined
      if (account !== undefined && account.emailAddress !== email) wrong.add(`${profile} is ${account.emailAddress}`)
    }
    await sleep(5)
  }
  return [...wrong]
}

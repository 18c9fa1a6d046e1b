/** The facts about the real Claude Code that perch stands on, measured without perch, with a key and with a login. */
import { lstatSync, readFileSync, renameSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  answeredQuestions,
  apiKeyVariables,
  claudeEnvironment,
  loginIn,
  loginVariables,
  writeLogin,
  writePrivate,
} from '../kit/agent-lab/claude.js'
import { askOnScreen, labAnswer } from '../kit/agent-lab/claude-screen.js'
import { INSTALL_BOUND_MS, requiresClaude } from '../kit/agent-lab/install-agent.js'
import { startLoginProvider } from '../kit/agent-lab/login-provider.js'
import { startProvider } from '../kit/agent-lab/provider.js'
import { runProgram } from '../kit/running-program.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { openProgramTerminal } from '../kit/terminal.js'

const EMAIL = 'work@example.test'

// The first of these tests on a machine installs the agent.
const LAB = { timeout: INSTALL_BOUND_MS }

test('with an API key it asks the provider at its base URL, and nobody else', LAB, async (context) => {
  const claude = await requiresClaude(context)
  await using home = temporaryHome()
  await using provider = await startProvider(labAnswer)
  const env = { ...claudeEnvironment(home, claude), ...apiKeyVariables(provider) }

  const done = await runProgram(claude.program, ['-p', 'hi'], { env, cwd: home.folder('work') })

  expect(done).toMatchObject({ code: 0, stderr: '' })
  expect(done.stdout.toString()).toBe(`${labAnswer('hi')}\n`)
  expect(provider.prompts).toEqual(['hi'])
  expect(provider.unexpected).toEqual([])
})

test('without its base URL it meets a closed door on loopback, not the network', LAB, async (context) => {
  const claude = await requiresClaude(context)
  await using home = temporaryHome()
  await using provider = await startProvider(labAnswer)
  const { ANTHROPIC_BASE_URL: _, ...variables } = apiKeyVariables(provider)
  const env = { ...claudeEnvironment(home, claude), ...variables, CLAUDE_CODE_MAX_RETRIES: '0' }

  const done = await runProgram(claude.program, ['-p', 'hi'], { env, cwd: home.folder('work') })

  expect(done.code).not.toBe(0)
  expect(new Set(provider.unexpected)).toEqual(new Set(['CONNECT api.anthropic.com:443']))
})

test('four processes in one config folder refresh an expired login once, and all succeed', LAB, async (context) => {
  const claude = await requiresClaude(context)
  await using home = temporaryHome()
  await using provider = await startLoginProvider(labAnswer)
  const config = home.folder('config')
  const { credentials } = writeLogin(config, EMAIL, provider.accounts.logIn(EMAIL, 'expired'))
  const env = { ...claudeEnvironment(home, claude), ...loginVariables(provider), CLAUDE_CONFIG_DIR: config }
  const prompts = ['one', 'two', 'three', 'four']

  const all = await Promise.all(prompts.map((it) => runProgram(claude.program, ['-p', it], { env, cwd: home.folder(it) })))

  expect(all.map(({ code, stdout }) => [code, stdout.toString()])).toEqual(prompts.map((it) => [0, `${labAnswer(it)}\n`]))
  expect(provider.accounts.refreshes).toEqual([{ email: EMAIL, outcome: 'granted' }])
  expect(provider.accounts.isCurrent(loginIn(credentials))).toBe(true)
  expect(provider.unexpected).toEqual([])
})

test('two config folders that share a login by a link break it: the second refresh is refused', LAB, async (context) => {
  const claude = await requiresClaude(context)
  await using home = temporaryHome()
  await using provider = await startLoginProvider(labAnswer)
  const shared = home.folder('shared')
  const { credentials } = writeLogin(shared, EMAIL, provider.accounts.logIn(EMAIL, 'expired'))
  const run = (name: string) => {
    const config = home.folder(name)
    symlinkSync(credentials, join(config, '.credentials.json'))
    const env = { ...claudeEnvironment(home, claude), ...loginVariables(provider), CLAUDE_CONFIG_DIR: config }
    return runProgram(claude.program, ['-p', 'hi'], { env, cwd: home.folder('work') })
  }

  const first = await run('first')
  const second = await run('second')

  expect([first.code, second.code]).toEqual([0, 1])
  expect(provider.accounts.refreshes.map(({ outcome }) => outcome)).toEqual(expect.arrayContaining(['granted', 'reused']))
})

test(
  'a refreshed login is written by rename: a link in its place is replaced by a file, and its target keeps the spent token',
  LAB,
  async (context) => {
    const claude = await requiresClaude(context)
    await using home = temporaryHome()
    await using provider = await startLoginProvider(labAnswer)
    const config = home.folder('config')
    const { credentials } = writeLogin(config, EMAIL, provider.accounts.logIn(EMAIL, 'expired'))
    const target = join(home.folder('durable'), 'credentials.json')
    renameSync(credentials, target)
    symlinkSync(target, credentials)
    const before = readFileSync(target, 'utf8')
    const env = { ...claudeEnvironment(home, claude), ...loginVariables(provider), CLAUDE_CONFIG_DIR: config }

    const done = await runProgram(claude.program, ['-p', 'hi'], { env, cwd: home.folder('work') })

    expect(done.code).toBe(0)
    expect(lstatSync(credentials).isSymbolicLink()).toBe(false)
    expect(lstatSync(credentials).mode & 0o777).toBe(0o600)
    expect(readFileSync(target, 'utf8')).toBe(before)
    expect(provider.accounts.isCurrent(loginIn(credentials))).toBe(true)
  },
)

test('a login whose refresh token was spent is blanked, in a file that stays', LAB, async (context) => {
  const claude = await requiresClaude(context)
  await using home = temporaryHome()
  await using provider = await startLoginProvider(labAnswer)
  const config = home.folder('config')
  const login = provider.accounts.logIn(EMAIL, 'expired')
  provider.accounts.refresh(login.refreshToken)
  const { credentials } = writeLogin(config, EMAIL, login)
  const env = { ...claudeEnvironment(home, claude), ...loginVariables(provider), CLAUDE_CONFIG_DIR: config }

  const done = await runProgram(claude.program, ['-p', 'hi'], { env, cwd: home.folder('work') })

  expect(done.code).toBe(1)
  expect(loginIn(credentials)).toMatchObject({ accessToken: '', refreshToken: '' })
})

test('the full-screen interface starts without a question and answers what is typed, with a key', LAB, async (context) => {
  const claude = await requiresClaude(context)
  await using home = temporaryHome()
  await using provider = await startProvider(labAnswer)
  const [config, cwd] = [home.folder('config'), home.folder('work')]
  writePrivate(join(config, '.claude.json'), answeredQuestions([cwd]))
  const env = { ...claudeEnvironment(home, claude), ...apiKeyVariables(provider), CLAUDE_CONFIG_DIR: config }
  await using terminal = await openProgramTerminal(home, [claude.program], { env, cwd })

  await askOnScreen(terminal, 'is anybody there')

  expect(provider.prompts).toEqual(['is anybody there'])
  expect(provider.unexpected).toEqual([])
})

test('the full-screen interface starts without a question and answers what is typed, with a login', LAB, async (context) => {
  const claude = await requiresClaude(context)
  await using home = temporaryHome()
  await using provider = await startLoginProvider(labAnswer)
  const [config, cwd] = [home.folder('config'), home.folder('work')]
  writeLogin(config, EMAIL, provider.accounts.logIn(EMAIL, 'expired'), answeredQuestions([cwd]))
  const env = { ...claudeEnvironment(home, claude), ...loginVariables(provider), CLAUDE_CONFIG_DIR: config }
  await using terminal = await openProgramTerminal(home, [claude.program], { env, cwd })

  await askOnScreen(terminal, 'is anybody there')

  expect(provider.prompts).toEqual([{ email: EMAIL, prompt: 'is anybody there' }])
  expect(provider.accounts.refreshes).toEqual([{ email: EMAIL, outcome: 'granted' }])
  expect(provider.unexpected).toEqual([])
})

/** The real Claude Code killed while it refreshes its login, with its host and the daemon: the profile's login still works. */
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { profileFolders } from '../../src/profiles/profile-definition.js'
import { answeredQuestions, loginIn, loginVariables, writePrivate } from '../kit/agent-lab/claude.js'
import { addClaudeProfile, durableCredentials, logInProfile, withClaude } from '../kit/agent-lab/claude-profile.js'
import { INPUT_LINE, labAnswer } from '../kit/agent-lab/claude-screen.js'
import { INSTALL_BOUND_MS, requiresClaude } from '../kit/agent-lab/install-agent.js'
import { type LoginProvider, startLoginProvider } from '../kit/agent-lab/login-provider.js'
import { until } from '../kit/bounded.js'
import { perchText } from '../kit/perch-program.js'
import { killAtOnce, listSessions, startSession } from '../kit/perch-session.js'
import { type TestHome, temporaryHome } from '../kit/temporary-home.js'
import { openTerminal } from '../kit/terminal.js'

const LAB = { timeout: INSTALL_BOUND_MS }
const BOUND_MS = 30_000
/** A lock of the client goes stale after 60 s, and everything is looked at every 30 s. */
const STORED_BOUND_MS = 120_000
const WORK = 'work@example.test'

/** Of the client, whose lock folders are not perch's, and of a perch that was killed in the middle of a write. */
const LEFT_BY_KILLS = ['lock', 'socket', 'staging-file'] as const

type Kind = 'headless' | 'interactive'

/** Starts the agent and has it ask something; the login must be refreshed first. Kills everything when `moment` comes. */
async function killWhileRefreshing(home: TestHome, cwd: string, kind: Kind, moment: () => boolean): Promise<void> {
  const come = async () => void (await until(moment, BOUND_MS, () => 'the moment to kill it'))
  if (kind === 'headless') {
    const { id } = await startSession(home, 'run', ['work', '--', '-p', 'never answered'], { cwd })
    await come()
    killAtOnce(home, id)
    return
  }
  await using terminal = await openTerminal(home, ['run', 'work'], { cwd })
  await terminal.waitForText(INPUT_LINE)
  await terminal.type('never answered')
  await terminal.waitForText('never answered')
  await terminal.type('\r')
  await come()
  const [live] = (await listSessions(home)).filter(({ state }) => state === 'running')
  killAtOnce(home, live?.id ?? '')
  await terminal.exit()
}

async function worksAgain(home: TestHome, cwd: string, provider: LoginProvider): Promise<void> {
  expect(await perchText(home, ['run', 'work', '--', '-p', 'after the kill'], { cwd })).toBe(labAnswer('after the kill'))
  expect(provider.accounts.refreshes).toEqual([{ email: WORK, outcome: 'granted' }])
  // A killed client's own locks count as held until they are stale, a minute later; the next slow pass then takes the login over.
  const isStored = () => provider.accounts.isCurrent(loginIn(durableCredentials(home, 'work')))
  await until(isStored, STORED_BOUND_MS, () => 'the login in the profile')
}

const EACH = [
  ['link', 'headless'],
  ['link', 'interactive'],
  ['copy', 'headless'],
  ['copy', 'interactive'],
] as const

/** Each of the four at one of the two moments: a start of the client takes seconds. */
const WITHOUT_STORED = EACH.filter(([mode, kind]) => (mode === 'link') === (kind === 'headless'))
const WITH_STORED = EACH.filter((one) => !WITHOUT_STORED.includes(one))

describe('killed before it was granted anything', () => {
  test.for(WITHOUT_STORED)('in %s mode, %s: the old login is still good', LAB, async ([mode, kind], context) => {
    const claude = await requiresClaude(context)
    await using base = temporaryHome({ mayLeave: LEFT_BY_KILLS })
    let isAsked = false
    const held = (path: string) => {
      if (isAsked || !path.includes('/oauth/token')) return undefined
      isAsked = true
      // The first is never answered, so that nothing is granted to somebody who is just being killed.
      return new Promise<void>(() => {})
    }
    await using provider = await startLoginProvider(labAnswer, ({ path }) => held(path))
    const { home, cwd } = await loggedIn(
      withClaude(base, claude, { ...loginVariables(provider), PERCH_LINK_MODE: mode }),
      provider,
    )
    await killWhileRefreshing(home, cwd, kind, () => isAsked)
    await worksAgain(home, cwd, provider)
  })
})

describe('killed as soon as it had stored its new login', () => {
  test.for(WITH_STORED)('in %s mode, %s: that one is good', LAB, async ([mode, kind], context) => {
    const claude = await requiresClaude(context)
    await using base = temporaryHome({ mayLeave: LEFT_BY_KILLS })
    await using provider = await startLoginProvider(labAnswer)
    const { home, cwd } = await loggedIn(
      withClaude(base, claude, { ...loginVariables(provider), PERCH_LINK_MODE: mode }),
      provider,
    )
    const shown = join(profileFolders(home.paths, 'work').runtime, basename(durableCredentials(home, 'work')))
    const isRefreshed = () => provider.accounts.refreshes.length > 0 && provider.accounts.isCurrent(readLogin(shown))
    await killWhileRefreshing(home, cwd, kind, isRefreshed)
    await worksAgain(home, cwd, provider)
  })
})

async function loggedIn(home: TestHome, provider: LoginProvider): Promise<{ readonly home: TestHome; readonly cwd: string }> {
  const cwd = home.folder('project')
  writePrivate(join(home.home, '.claude.json'), answeredQuestions([cwd]))
  await addClaudeProfile(home, 'work')
  await logInProfile(home, 'work', WORK, provider.accounts.logIn(WORK, 'expired'))
  return { home, cwd }
}

/** One that is just being replaced is no login yet. */
function readLogin(path: string): { readonly refreshToken: string } {
  if (!existsSync(path)) return { refreshToken: '' }
  const parsed = JSON.parse(readFileSync(path, 'utf8') || '{}') as { claudeAiOauth?: { refreshToken: string } }
  return parsed.claudeAiOauth ?? { refreshToken: '' }
}

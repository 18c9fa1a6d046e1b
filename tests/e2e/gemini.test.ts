/** The real Gemini CLI under profiles, in both link modes: what `src/agents/gemini.ts` says of it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, type TestContext, test } from 'vitest'
import { profileFolder } from '../../src/platform/paths.js'
import { AGENT_RUN, type AgentHome, agentHome, LINK_MODES_OF_SLOW_AGENTS, type LinkMode } from '../kit/agent-lab/agent-home.js'
import { loggedIn, storedLogin } from '../kit/agent-lab/agent-profile.js'
import { expiredLogin, refreshedToken, startGeminiProvider } from '../kit/agent-lab/gemini-login.js'
import { INSTALL_BOUND_MS } from '../kit/agent-lab/install-agent.js'
import { reachedBeyondLoopback } from '../kit/agent-lab/traced.js'
import { perch, perchText } from '../kit/perch-program.js'
import { runtimeReleased } from '../kit/perch-session.js'
import { requires } from '../kit/requirement.js'
import type { TestHome } from '../kit/temporary-home.js'

const LAB = { timeout: INSTALL_BOUND_MS }

/** Its switches for what it asks on its own account; the comment is why this file is no document of perch's. */
const SETTINGS = `{
  // a person's own words
  "security": { "auth": { "selectedType": "oauth-personal" } },
  "general": { "enableAutoUpdate": false, "enableAutoUpdateNotification": false },
  "privacy": { "usageStatisticsEnabled": false },
  "telemetry": { "enabled": false }
}
`

test.for(LINK_MODES_OF_SLOW_AGENTS)(
  'an expired login of each profile is refreshed in it, and kept (%s)',
  LAB,
  async (mode, context) => {
    await using lab = await geminiHome(context, mode)
    const { home, door } = lab
    for (const profile of ['work', 'play', 'new']) await perchText(home, ['profile', 'add', profile, '--agent', 'gemini'])
    for (const profile of ['work', 'play']) await logIn(home, profile)
    expect(await loggedIn(home)).toMatchObject({ work: true, play: true, new: false })

    // The provider grants a new token and then refuses the account, which ends the agent.
    for (const profile of ['work', 'play']) {
      expect((await ask(home, profile)).code).not.toBe(0)
      await runtimeReleased(home, profile)
    }

    for (const profile of ['work', 'play']) {
      expect(storedLogin(home, profile, 'oauth_creds.json')).toMatchObject({
        access_token: refreshedToken(profile),
        refresh_token: `invented-refresh-${profile}`,
      })
    }
    const asked = door.requests.filter(({ host }) => host.startsWith('cloudcode-pa')).map(({ headers }) => headers.authorization)
    expect(new Set(asked)).toEqual(new Set(['work', 'play'].map((profile) => `Bearer ${refreshedToken(profile)}`)))
    const refreshes = () => door.requests.filter(({ path }) => path === '/token').length
    expect(refreshes()).toBe(2)

    // It comes back at the next start: nothing is left to refresh.
    await ask(home, 'work')
    await runtimeReleased(home, 'work')
    expect(refreshes()).toBe(2)
    expect(existsSync(join(home.home, '.gemini', 'oauth_creds.json'))).toBe(false)
    expect(existsSync(join(home.home, '.gemini', 'google_accounts.json'))).toBe(false)
    expect(door.unexpected).toEqual([])
  },
)

test.for(LINK_MODES_OF_SLOW_AGENTS)(
  'settings and extensions are shared, conversations are not (%s)',
  LAB,
  async (mode, context) => {
    await using lab = await geminiHome(context, mode)
    const { home, door } = lab
    for (const profile of ['work', 'play']) await perchText(home, ['profile', 'add', profile, '--agent', 'gemini'])

    await perchText(home, ['run', 'work', '--pipe', '--', 'mcp', 'add', '--scope', 'user', 'heron', '/bin/true'], AGENT_RUN)
    await runtimeReleased(home, 'work')

    const settings = readFileSync(join(home.home, '.gemini', 'settings.json'), 'utf8')
    expect(settings).toContain('heron')
    expect(settings).toContain("a person's own words")
    const listed = await perch(home, ['run', 'play', '--pipe', '--', 'mcp', 'list'], AGENT_RUN)
    expect(`${listed.stdout}${listed.stderr}`).toContain('heron')
    await runtimeReleased(home, 'play')
    expect(readdirSync(join(home.home, '.gemini')).sort()).toEqual(
      ['GEMINI.md', 'agents', 'commands', 'extensions', 'policies', 'settings.json', 'skills'].sort(),
    )
    for (const profile of ['work', 'play']) {
      expect(existsSync(join(profileFolder(home.paths, profile), 'state', 'projects.json'))).toBe(true)
    }
    expect(existsSync(join(home.paths.state, 'conflicts'))).toBe(false)
    expect(door.unexpected).toEqual([])
  },
)

test('a look at its settings reaches no address', LAB, async (context) => {
  requires(context, 'strace')
  await using lab = await geminiHome(context, 'link')
  const { home, door } = lab
  await perchText(home, ['profile', 'add', 'work', '--agent', 'gemini'])

  expect(await reachedBeyondLoopback(home, 'work', ['gemini', 'mcp', 'list'])).toEqual([])
  await runtimeReleased(home, 'work')
  expect(door.unexpected).toEqual([])
})

async function geminiHome(context: TestContext, mode: LinkMode): Promise<AgentHome> {
  const lab = await agentHome(context, 'gemini', { mode, door: startGeminiProvider })
  const shared = join(lab.home.home, '.gemini')
  mkdirSync(shared, { mode: 0o700 })
  writeFileSync(join(shared, 'settings.json'), SETTINGS)
  writeFileSync(join(shared, 'GEMINI.md'), 'Always mention the heron.\n')
  return lab
}

/** As the agent writes it: in place. */
async function logIn(home: TestHome, profile: string): Promise<void> {
  const write = 'umask 077; cat > "$GEMINI_CLI_HOME/.gemini/oauth_creds.json"'
  await perchText(home, ['exec', profile, '--pipe', '--', 'sh', '-c', write], {
    ...AGENT_RUN,
    input: JSON.stringify(expiredLogin(profile)),
  })
  await runtimeReleased(home, profile)
}

function ask(home: TestHome, profile: string) {
  return perch(home, ['run', profile, '--pipe', '--', '--skip-trust', '-p', 'hi'], { ...AGENT_RUN, cwd: home.folder('project') })
}

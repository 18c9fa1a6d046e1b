/** The real Codex under profiles, in both link modes: what `src/agents/codex.ts` says of it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, type TestContext, test } from 'vitest'
import { profileFolder } from '../../src/platform/paths.js'
import { AGENT_RUN, type AgentHome, agentHome, LINK_MODES, type LinkMode } from '../kit/agent-lab/agent-home.js'
import { loggedIn, storedLogin } from '../kit/agent-lab/agent-profile.js'
import { INSTALL_BOUND_MS } from '../kit/agent-lab/install-agent.js'
import { startResponsesProvider } from '../kit/agent-lab/responses-provider.js'
import { reachedBeyondLoopback } from '../kit/agent-lab/traced.js'
import { perch, perchText } from '../kit/perch-program.js'
import { runtimeReleased } from '../kit/perch-session.js'
import { requires } from '../kit/requirement.js'

const LAB = { timeout: INSTALL_BOUND_MS }

/** Its switches for what it asks on its own account (seen on 0.171.0: updates, plugins, analytics). */
const QUIET = 'check_for_update_on_startup = false\n[analytics]\nenabled = false\n[features]\nplugins = false\n'

test.for(LINK_MODES)(
  'two profiles have a login each, kept between sessions, and none is left in the plain home (%s)',
  LAB,
  async (mode, context) => {
    await using lab = await codexHome(context, mode)
    const { home } = lab
    for (const profile of ['work', 'play', 'new']) await perchText(home, ['profile', 'add', profile, '--agent', 'codex'])

    for (const profile of ['work', 'play']) {
      await perchText(home, ['run', profile, '--pipe', '--', 'login', '--with-api-key'], {
        ...AGENT_RUN,
        input: `${keyOf(profile)}\n`,
      })
      await runtimeReleased(home, profile)
    }

    for (const profile of ['work', 'play']) {
      expect(storedLogin(home, profile, 'auth.json')).toMatchObject({ OPENAI_API_KEY: keyOf(profile) })
      const status = await perch(home, ['run', profile, '--pipe', '--', 'login', 'status'], AGENT_RUN)
      expect(status).toMatchObject({ code: 0, stderr: expect.stringContaining(keyOf(profile).slice(-5)) })
      await runtimeReleased(home, profile)
    }
    expect(await perch(home, ['run', 'new', '--pipe', '--', 'login', 'status'], AGENT_RUN)).toMatchObject({ code: 1 })
    await runtimeReleased(home, 'new')
    expect(await loggedIn(home)).toEqual({ default: false, work: true, play: true, new: false })

    await perchText(home, ['run', 'work', '--pipe', '--', 'logout'], AGENT_RUN)
    await runtimeReleased(home, 'work')
    expect(await loggedIn(home)).toEqual({ default: false, work: false, play: true, new: false })
    expect(existsSync(join(home.home, '.codex', 'auth.json'))).toBe(false)
    expect(lab.door.unexpected).toEqual([])
  },
)

test.for(LINK_MODES)(
  'conversations and instructions are shared, databases and identity are not (%s)',
  LAB,
  async (mode, context) => {
    await using lab = await codexHome(context, mode)
    await using provider = await startResponsesProvider('The lab heard it')
    const { home } = lab
    const shared = join(home.home, '.codex')
    writeFileSync(join(shared, 'AGENTS.md'), 'Always mention the heron.\n')
    for (const profile of ['work', 'play']) {
      await perchText(home, ['profile', 'add', profile, '--agent', 'codex', '--env', `CODEX_API_KEY=${keyOf(profile)}`])
      appendTopLevel(join(profileFolder(home.paths, profile), 'profile.toml'), `base-url = "${provider.url}"`)
    }
    const cwd = home.folder('project')

    for (const profile of ['work', 'play']) {
      const said = await perchText(
        home,
        ['run', profile, '--pipe', '--', 'exec', '--skip-git-repo-check', `asked-by-${profile}`],
        {
          cwd,
        },
      )
      expect(said).toBe('The lab heard it')
      await runtimeReleased(home, profile)
    }

    const asked = provider.requests.filter(({ method }) => method === 'POST')
    expect(asked.map(({ headers }) => headers.authorization)).toEqual(
      ['work', 'play'].map((profile) => `Bearer ${keyOf(profile)}`),
    )
    for (const { body } of asked) expect(body).toContain('Always mention the heron.')
    const conversations = readdirSync(join(shared, 'sessions'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.jsonl'),
    )
    expect(conversations).toHaveLength(2)
    expect(readdirSync(shared).sort()).toEqual(
      ['AGENTS.md', 'archived_sessions', 'config.toml', 'prompts', 'rules', 'sessions', 'skills', 'thread-writer-locks'].sort(),
    )
    const identities = ['work', 'play'].map((profile) =>
      readFileSync(join(profileFolder(home.paths, profile), 'state', 'installation_id'), 'utf8'),
    )
    expect(new Set(identities).size).toBe(2)
    for (const profile of ['work', 'play']) {
      const folder = profileFolder(home.paths, profile)
      expect(readdirSync(join(folder, 'databases')).filter((name) => name.endsWith('.sqlite'))).not.toEqual([])
      expect(readdirSync(join(folder, 'state')).filter((name) => name.includes('.sqlite'))).toEqual([])
    }
    expect(existsSync(join(home.paths.state, 'conflicts'))).toBe(false)
    expect(lab.door.unexpected).toEqual([])
  },
)

test.for(LINK_MODES)('a setting made in one profile is in the other (%s)', LAB, async (mode, context) => {
  await using lab = await codexHome(context, mode)
  const { home } = lab
  for (const profile of ['work', 'play']) await perchText(home, ['profile', 'add', profile, '--agent', 'codex'])

  await perchText(home, ['run', 'work', '--pipe', '--', 'mcp', 'add', 'heron', '--', '/bin/true'], AGENT_RUN)
  await runtimeReleased(home, 'work')

  expect(await perchText(home, ['run', 'play', '--pipe', '--', 'mcp', 'list'], AGENT_RUN)).toContain('heron')
  await runtimeReleased(home, 'play')
  expect(readFileSync(join(home.home, '.codex', 'config.toml'), 'utf8')).toContain('[mcp_servers.heron]')
  expect(lab.door.unexpected).toEqual([])
})

test('a login reaches no address', LAB, async (context) => {
  requires(context, 'strace')
  await using lab = await codexHome(context, 'link')
  const { home } = lab
  await perchText(home, ['profile', 'add', 'work', '--agent', 'codex'])

  const reached = await reachedBeyondLoopback(home, 'work', ['codex', 'login', '--with-api-key'], `${keyOf('work')}\n`)

  expect(reached).toEqual([])
  await runtimeReleased(home, 'work')
  expect(lab.door.unexpected).toEqual([])
})

/** With the quiet settings in the plain home, where every profile finds them. */
async function codexHome(context: TestContext, mode: LinkMode): Promise<AgentHome> {
  const lab = await agentHome(context, 'codex', { mode })
  mkdirSync(join(lab.home.home, '.codex'), { mode: 0o700 })
  writeFileSync(join(lab.home.home, '.codex', 'config.toml'), QUIET)
  return lab
}

/** Invented; the last characters are what the program shows of it. */
function keyOf(profile: string): string {
  return `sk-proj-invented-0123456789-${profile.padEnd(5, '0')}`
}

/** A key before the first table of the file. */
function appendTopLevel(path: string, line: string): void {
  writeFileSync(path, `${line}\n${readFileSync(path, 'utf8')}`)
}

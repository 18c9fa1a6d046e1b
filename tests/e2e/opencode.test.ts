/** The real opencode under profiles, in both link modes: what `src/agents/opencode.ts` says of it. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, type TestContext, test } from 'vitest'
import { profileFolder } from '../../src/platform/paths.js'
import { AGENT_RUN, type AgentHome, agentHome, LINK_MODES_OF_SLOW_AGENTS, type LinkMode } from '../kit/agent-lab/agent-home.js'
import { loggedIn, storedLogin } from '../kit/agent-lab/agent-profile.js'
import { INSTALL_BOUND_MS } from '../kit/agent-lab/install-agent.js'
import { reachedBeyondLoopback } from '../kit/agent-lab/traced.js'
import { perchText } from '../kit/perch-program.js'
import { runtimeReleased } from '../kit/perch-session.js'
import { requires } from '../kit/requirement.js'
import type { TestHome } from '../kit/temporary-home.js'

const LAB = { timeout: INSTALL_BOUND_MS }

/** Its switches for what it asks on its own account. */
const QUIET = {
  OPENCODE_DISABLE_AUTOUPDATE: '1',
  OPENCODE_DISABLE_MODELS_FETCH: '1',
  OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
  OPENCODE_DISABLE_SHARE: '1',
}

/**
 * Logs in through the agent's own server, on loopback: its command asks in a terminal. The port is the kernel's choice (0),
 * which the server tells.
 */
const LOG_IN = `
opencode serve --hostname 127.0.0.1 --port 0 > "$TMPDIR/serve-$PERCH_PROFILE" 2>&1 &
server=$!
trap 'kill $server; wait $server || true' EXIT
until url=$(grep -o 'http://127.0.0.1:[0-9]*' "$TMPDIR/serve-$PERCH_PROFILE"); do kill -0 $server || exit 1; sleep 0.1; done
node -e '
  const [url, key] = process.argv.slice(1)
  const headers = { "content-type": "application/json" }
  const body = JSON.stringify({ type: "api", key })
  fetch(url + "/auth/openai", { method: "PUT", headers, body }).then(async (reply) => console.log(reply.status, await reply.text()))
' "$url" "$1"
`

test.for(LINK_MODES_OF_SLOW_AGENTS)(
  'two profiles have a login each, kept between sessions, over one config folder (%s)',
  LAB,
  async (mode, context) => {
    await using lab = await opencodeHome(context, mode)
    const { home, door } = lab
    for (const profile of ['work', 'play', 'new']) await perchText(home, ['profile', 'add', profile, '--agent', 'opencode'])

    for (const profile of ['work', 'play']) {
      expect(
        await perchText(home, ['exec', profile, '--pipe', '--', 'sh', '-ec', LOG_IN, 'sh', `invented-${profile}`], {
          ...AGENT_RUN,
        }),
      ).toBe('200 true')
      await runtimeReleased(home, profile)
    }

    for (const profile of ['work', 'play']) {
      expect(storedLogin(home, profile, 'auth.json')).toEqual({ openai: { type: 'api', key: `invented-${profile}` } })
    }
    expect(await loggedIn(home)).toMatchObject({ work: true, play: true, new: false })
    expect(await perchText(home, ['run', 'work', '--pipe', '--', 'auth', 'list'], AGENT_RUN)).toMatch(/OpenAI.*1 credentials/s)
    expect(await perchText(home, ['run', 'new', '--pipe', '--', 'auth', 'list'], AGENT_RUN)).toContain('0 credentials')
    // The person's own instructions and agents: every profile reads them where they are.
    expect(await perchText(home, ['run', 'new', '--pipe', '--', 'agent', 'list'], AGENT_RUN)).toContain('heron')
    for (const profile of ['work', 'new']) await runtimeReleased(home, profile)

    for (const profile of ['work', 'play']) {
      const folder = profileFolder(home.paths, profile)
      expect(readdirSync(join(folder, 'databases'))).toContain('opencode.db')
      expect(readdirSync(join(folder, 'state')).filter((name) => name.startsWith('opencode.db'))).toEqual([])
    }
    expect(readdirSync(join(home.home, '.local', 'share', 'opencode'))).toEqual([])
    expect(existsSync(join(home.paths.state, 'conflicts'))).toBe(false)
    expect(door.unexpected).toEqual([])
  },
)

test('a look at the logins reaches no address', LAB, async (context) => {
  requires(context, 'strace')
  await using lab = await opencodeHome(context, 'link')
  const { home } = lab
  await perchText(home, ['profile', 'add', 'work', '--agent', 'opencode'])

  expect(await reachedBeyondLoopback(home, 'work', ['opencode', 'auth', 'list'])).toEqual([])
  await runtimeReleased(home, 'work')
})

async function opencodeHome(context: TestContext, mode: LinkMode): Promise<AgentHome> {
  const lab = await agentHome(context, 'opencode', {
    mode,
    variables: QUIET,
    // Ended by SIGTERM, its server leaves its own lock in the person's state folder.
    mayLeave: ['lock'],
  })
  writeAgent(lab.home)
  return lab
}

function writeAgent(home: TestHome): void {
  const agents = join(home.home, '.config', 'opencode', 'agent')
  mkdirSync(agents, { recursive: true })
  writeFileSync(join(agents, 'heron.md'), '---\ndescription: knows herons\nmode: primary\n---\nAlways mention the heron.\n')
}

/** What the real Claude Code changes and creates under one profile is there for the others, however its session ended. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loginVariables } from '../kit/agent-lab/claude.js'
import { addClaudeProfile, logInProfile, withClaude } from '../kit/agent-lab/claude-profile.js'
import { labAnswer } from '../kit/agent-lab/claude-screen.js'
import { INSTALL_BOUND_MS, requiresClaude } from '../kit/agent-lab/install-agent.js'
import { startLoginProvider } from '../kit/agent-lab/login-provider.js'
import { perchText, startPerch } from '../kit/perch-program.js'
import { killAtOnce, runtimeReleased, startSession } from '../kit/perch-session.js'
import { temporaryHome } from '../kit/temporary-home.js'

// The first of these tests on a machine installs the agent.
const LAB = { timeout: INSTALL_BOUND_MS }

const WORK = 'work@example.test'

test(
  'what the client writes into its global document under one profile is there under the next, identity excepted',
  LAB,
  async (context) => {
    const claude = await requiresClaude(context)
    await using base = temporaryHome()
    await using provider = await startLoginProvider(labAnswer)
    const home = withClaude(base, claude, loginVariables(provider))
    for (const profile of ['work', 'play']) await addClaudeProfile(home, profile)
    await logInProfile(home, 'work', WORK, provider.accounts.logIn(WORK, 'fresh'))

    await perchText(home, ['run', 'work', '--', 'mcp', 'add', '-s', 'user', 'a-server', '--', '/bin/true'])
    await runtimeReleased(home, 'work')

    expect(await perchText(home, ['run', 'play', '--', 'mcp', 'get', 'a-server'])).toContain('/bin/true')
    await runtimeReleased(home, 'play')
    const global = JSON.parse(readFileSync(join(home.home, '.claude.json'), 'utf8'))
    expect(Object.keys(global.mcpServers)).toEqual(['a-server'])
    expect(global).not.toHaveProperty('oauthAccount')
  },
)

/** What an agent may leave at the top of its config folder: a file, a folder with content, an executable, a private entry. */
const LEAVE_ENTRIES = [
  'cd "$CLAUDE_CONFIG_DIR"',
  'echo remember >NOTES.md',
  'mkdir -p a-new-folder/below && echo deep >a-new-folder/below/file',
  'printf "#!/bin/sh\\n" >a-hook.sh && chmod 755 a-hook.sh',
  'mkdir -p debug && echo private >debug/log',
].join(' && ')

test.for([false, true])(
  'new files and folders of a session are taken over, after everything was killed: %s',
  LAB,
  async (crash, context) => {
    const claude = await requiresClaude(context)
    await using base = temporaryHome({ mayLeave: crash ? ['socket', 'staging-file'] : [] })
    const home = withClaude(base, claude, {})
    for (const profile of ['work', 'play']) await addClaudeProfile(home, profile)

    if (crash) {
      // The killed shell leaves a child behind that still has the runtime in its environment.
      const script = `${LEAVE_ENTRIES} && echo done && sleep 1000; true`
      const session = await startSession(home, 'exec', ['work', '--pipe', '--', 'sh', '-c', script])
      await using log = startPerch(home, ['logs', '-f', session.id])
      await log.waitForOutput('done')
      killAtOnce(home, session.id)
      await perchText(home, ['exec', 'work', '--', 'true'])
    } else {
      await perchText(home, ['exec', 'work', '--', 'sh', '-c', LEAVE_ENTRIES])
    }
    await runtimeReleased(home, 'work')

    const shared = join(home.home, '.claude')
    expect(readFileSync(join(shared, 'NOTES.md'), 'utf8')).toBe('remember\n')
    expect(statSync(join(shared, 'a-hook.sh')).mode & 0o777).toBe(0o755)
    expect(existsSync(join(shared, 'debug'))).toBe(false)
    const inPlay = ['exec', 'play', '--', 'sh', '-c', 'cat "$CLAUDE_CONFIG_DIR/a-new-folder/below/file"']
    expect(await perchText(home, inPlay)).toBe('deep')
    await runtimeReleased(home, 'play')
    const inWork = ['exec', 'work', '--', 'sh', '-c', 'cat "$CLAUDE_CONFIG_DIR/debug/log"']
    expect(await perchText(home, inWork)).toBe('private')
    await runtimeReleased(home, 'work')
  },
)

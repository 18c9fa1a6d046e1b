/** Everything is killed at once around the moment at which the real Claude Code refreshes its login and writes its files. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { loginIn, loginVariables, MCP_LOGIN, mcpLoginsIn } from '../kit/agent-lab/claude.js'
import { addClaudeProfile, durableCredentials, logInProfile, withClaude } from '../kit/agent-lab/claude-profile.js'
import { labAnswer } from '../kit/agent-lab/claude-screen.js'
import { INSTALL_BOUND_MS, requiresClaude } from '../kit/agent-lab/install-agent.js'
import { startLoginProvider } from '../kit/agent-lab/login-provider.js'
import { until } from '../kit/bounded.js'
import { perch, perchText } from '../kit/perch-program.js'
import { killAtOnce, runtimeReleased, startSession } from '../kit/perch-session.js'
import { temporaryHome } from '../kit/temporary-home.js'

const LAB = { timeout: INSTALL_BOUND_MS }

const WORK = 'work@example.test'

/** After the provider gave the new tokens: before, while and after the client writes them. */
const KILLED_AFTER_MS = [0, 10, 200]

test.for(KILLED_AFTER_MS)(
  'killed %s ms after a refresh, a login that is still on the disk is the one the profile goes on with',
  LAB,
  async (delayMs, context) => {
    const claude = await requiresClaude(context)
    await using base = temporaryHome({ mayLeave: ['lock', 'socket', 'staging-file'] })
    await using provider = await startLoginProvider(labAnswer)
    const home = withClaude(base, claude, loginVariables(provider))
    const cwd = home.folder('project')
    await addClaudeProfile(home, 'work')
    await logInProfile(home, 'work', WORK, provider.accounts.logIn(WORK, 'expired'))

    const session = await startSession(home, 'run', ['work', '--pipe', '--', '-p', 'before'], { cwd })
    await until(
      () => provider.accounts.refreshes.length > 0,
      30_000,
      () => 'the refresh',
    )
    // The moment is the point of this test: none of them may lose what was written.
    await sleep(delayMs)
    killAtOnce(home, session.id)
    await perchText(home, ['exec', 'work', '--', 'true'])
    await perch(home, ['kill', '--all', '--grace', '0s'])

    const kept = loginIn(durableCredentials(home, 'work'))
    const onDisk = currentTokensBelow(home.root, (refreshToken) => provider.accounts.isCurrent({ refreshToken }))
    expect(onDisk, 'a login on the disk that the profile does not use').toEqual(onDisk.length === 0 ? [] : [kept.refreshToken])
    expect(mcpLoginsIn(durableCredentials(home, 'work'))).toEqual(MCP_LOGIN)
    if (onDisk.length > 0) {
      expect(await perchText(home, ['run', 'work', '--', '-p', 'after'], { cwd })).toBe(labAnswer('after'))
      expect(provider.accounts.refreshes.filter(({ outcome }) => outcome === 'reused')).toEqual([])
      await runtimeReleased(home, 'work')
    }
  },
)

/** The refresh tokens in any file below the folder that are still good. */
function currentTokensBelow(root: string, isCurrent: (refreshToken: string) => boolean): readonly string[] {
  const found = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap(
      (entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8').match(/sk-ant-ort01-invented-[0-9a-f]{48}/g) ?? [],
    )
  return [...new Set(found)].filter(isCurrent)
}

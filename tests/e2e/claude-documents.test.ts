/** The real Claude Code changes its documents under two profiles that both run: what is shared goes away too, what is private stays. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { answeredQuestions, loginVariables, writePrivate } from '../kit/agent-lab/claude.js'
import {
  addClaudeProfile,
  documentAt,
  type Json,
  logInProfile,
  runtimeFile,
  withClaude,
} from '../kit/agent-lab/claude-profile.js'
import { changeSetting, INPUT_LINE, labAnswer } from '../kit/agent-lab/claude-screen.js'
import { INSTALL_BOUND_MS, requiresClaude } from '../kit/agent-lab/install-agent.js'
import { startLoginProvider } from '../kit/agent-lab/login-provider.js'
import { seen } from '../kit/bounded.js'
import { perch, perchText } from '../kit/perch-program.js'
import { runtimeReleased, startSession } from '../kit/perch-session.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { openTerminal } from '../kit/terminal.js'

// The first of these tests on a machine installs the agent.
const LAB = { timeout: INSTALL_BOUND_MS }
const SLEEPING = ['--', 'sleep', '600']

test(
  'an MCP server that is removed in one profile is gone from the other, while that adds one, which both have then',
  LAB,
  async (context) => {
    const claude = await requiresClaude(context)
    await using base = temporaryHome()
    await using provider = await startLoginProvider(labAnswer)
    const home = withClaude(base, claude, loginVariables(provider))
    const cwd = home.folder('project')
    const shared = join(home.home, '.claude.json')
    const command = { type: 'stdio', command: 'true', args: [], env: {} }
    writePrivate(shared, { ...answeredQuestions([cwd]), mcpServers: { lab: command, stays: command } })
    for (const profile of ['work', 'play']) {
      await addClaudeProfile(home, profile)
      await startSession(home, 'exec', [profile, ...SLEEPING])
    }
    const servers = (path: string) => Object.keys((documentAt(path).mcpServers ?? {}) as Json).sort()
    const everywhere = [shared, runtimeFile(home, 'work', '.claude.json'), runtimeFile(home, 'play', '.claude.json')]
    for (const path of everywhere) await seen(`both servers in ${path}`, () => servers(path).join() === 'lab,stays')

    const mcp = (profile: string, ...args: readonly string[]) =>
      perchText(home, ['exec', profile, '--', 'claude', 'mcp', ...args], { cwd })
    const [removed, added] = await Promise.all([
      mcp('work', 'remove', '-s', 'user', 'lab'),
      mcp('play', 'add', '-s', 'user', 'more', '--', 'true'),
    ])
    expect([removed, added]).toEqual([expect.stringContaining('lab'), expect.stringContaining('more')])

    for (const path of everywhere) await seen(`what is right in ${path}`, () => servers(path).join() === 'more,stays')
    const asked = await perch(home, ['exec', 'play', '--', 'claude', 'mcp', 'get', 'lab'], { cwd })
    expect([asked.code, `${asked.stdout}${asked.stderr}`]).toEqual([1, expect.stringContaining('lab')])
    // The client of the other profile has written its own document by now, and brought nothing back.
    for (const path of everywhere) expect(servers(path)).toEqual(['more', 'stays'])
    await perchText(home, ['kill', '--all'])
    await Promise.all([runtimeReleased(home, 'work'), runtimeReleased(home, 'play')])
    expect(servers(shared)).toEqual(['more', 'stays'])
  },
)

test('a model that is chosen in a session is the profile’s own: it stays there, and is nowhere else', LAB, async (context) => {
  const claude = await requiresClaude(context)
  await using base = temporaryHome()
  await using provider = await startLoginProvider(labAnswer)
  const home = withClaude(base, claude, loginVariables(provider))
  const cwd = home.folder('project')
  writePrivate(join(home.home, '.claude.json'), answeredQuestions([cwd]))
  for (const profile of ['work', 'play']) await addClaudeProfile(home, profile)
  const email = 'work@example.test'
  await logInProfile(home, 'work', email, provider.accounts.logIn(email, 'fresh'))
  await startSession(home, 'exec', ['play', ...SLEEPING])
  await using terminal = await openTerminal(home, ['run', 'work'], { cwd })
  const own = runtimeFile(home, 'work', 'settings.json')
  const others = [join(home.home, '.claude', 'settings.json'), runtimeFile(home, 'play', 'settings.json')]

  await terminal.waitForText(INPUT_LINE)
  await terminal.type('/model sonnet')
  await terminal.waitForText('/model sonnet')
  await terminal.type('\r')
  // What is typed before that is lost.
  await terminal.waitForText('Set model to')
  await seen('the model at work', () => documentAt(own).model === 'sonnet')
  // A shared key of the same file, later: once it is there, so is all that came before it.
  await changeSetting(terminal, 'Auto-compact')
  for (const path of others) await seen(`the shared setting in ${path}`, () => documentAt(path).autoCompactEnabled === false)

  for (const path of others) expect(documentAt(path)).not.toHaveProperty('model')
  expect(documentAt(own)).toMatchObject({ model: 'sonnet', autoCompactEnabled: false })
  await perchText(home, ['kill', '--all'])
  await terminal.exit()
  await Promise.all([runtimeReleased(home, 'work'), runtimeReleased(home, 'play')])
  for (const [profile, model] of [['work', 'sonnet'] as const, ['play', undefined] as const]) {
    const text = await perchText(home, ['exec', profile, '--pipe', '--', 'sh', '-c', 'cat "$CLAUDE_CONFIG_DIR/settings.json"'])
    expect([profile, (JSON.parse(text) as Json).model]).toEqual([profile, model])
  }
})

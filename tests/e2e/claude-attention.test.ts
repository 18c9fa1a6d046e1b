/** The hooks of the real Claude Code drive every state of attention, and each is told once. */
import { expect, test } from 'vitest'
import { answeredQuestions, loginVariables } from '../kit/agent-lab/claude.js'
import { addClaudeProfile, addToGlobalDocument, logInProfile, withClaude } from '../kit/agent-lab/claude-profile.js'
import { labAnswer } from '../kit/agent-lab/claude-screen.js'
import { INSTALL_BOUND_MS, requiresClaude } from '../kit/agent-lab/install-agent.js'
import { startLoginProvider } from '../kit/agent-lab/login-provider.js'
import { isToolResult } from '../kit/agent-lab/messages.js'
import { promptBySend } from '../kit/agent-lab/prompt-by-send.js'
import { until } from '../kit/bounded.js'
import { perchText } from '../kit/perch-program.js'
import { killDaemon, showSession, startSession } from '../kit/perch-session.js'
import { type TestHome, temporaryHome } from '../kit/temporary-home.js'

const LAB = { timeout: INSTALL_BOUND_MS }
const BOUND_MS = 60_000
const EMAIL = 'work@example.test'

test('idle, working, permission, waiting and limit, also while no daemon looks', LAB, async (context) => {
  const claude = await requiresClaude(context)
  await using base = temporaryHome()
  const gate = openGate()
  await using provider = await startLoginProvider(
    (prompt, asked) => {
      // The client asks for a title with other tools than the turn has.
      const mayCall = prompt.startsWith('touch') && !isToolResult(asked)
      return mayCall ? { tool: { name: 'Bash', input: { command: 'touch made-by-tool', description: 'x' } } } : labAnswer(prompt)
    },
    ({ path }) => (path.startsWith('/v1/messages') ? gate.passed : undefined),
  )
  const home = withClaude(base, claude, loginVariables(provider))
  const cwd = home.folder('project')
  await addClaudeProfile(home, 'work')
  await logInProfile(home, 'work', EMAIL, provider.accounts.logIn(EMAIL, 'fresh'))
  await addToGlobalDocument(home, 'work', answeredQuestions([cwd]))

  await startSession(home, 'run', ['work', '--pty', '-n', 'agent', '--size', '90x30'], { cwd })
  await shows(home, 'idle')

  gate.close()
  await promptBySend(home, 'agent', 'a-question')
  await shows(home, 'working')
  gate.open()
  await shows(home, 'waiting')

  killDaemon(home)
  await promptBySend(home, 'agent', 'touch-a-file')
  await shows(home, 'permission', 'Bash')
  gate.close()
  await perchText(home, ['send', 'agent', '--enter'])
  await shows(home, 'working')
  gate.open()
  await shows(home, 'waiting')

  const nowS = Math.floor(Date.now() / 1000)
  provider.allow(() => ({ fiveHours: 1, fiveHoursReset: nowS + 3_600, sevenDays: 0.6, sevenDaysReset: nowS + 86_400 }))
  await promptBySend(home, 'agent', 'one-too-many')
  await shows(home, 'limit', 'rate_limit')

  // What it was taken for before its first hook is a matter of how long it took to start.
  const states = await toldStates(home)
  expect(states.slice(states.indexOf('idle'))).toEqual([
    'idle',
    'working',
    'waiting',
    'working',
    'permission',
    'working',
    'waiting',
    'working',
    'limit',
  ])
  await perchText(home, ['kill', 'agent'])
})

async function shows(home: TestHome, attention: string, reason?: string): Promise<void> {
  let last: unknown
  await until(
    async () => {
      const session = await showSession(home, 'agent')
      last = [session.attention, session.attentionReason]
      return session.attention === attention && (reason === undefined || session.attentionReason === reason)
    },
    BOUND_MS,
    () => `${attention} ${reason ?? ''}, not ${JSON.stringify(last)}`,
  )
}

async function toldStates(home: TestHome): Promise<readonly string[]> {
  const lines = (await perchText(home, ['events', '--json', '--since', '0', '--no-follow'])).split('\n')
  const events = lines.filter((line) => line !== '').map((line) => JSON.parse(line))
  return events.flatMap(({ type, attention }) => (type === 'attention' ? [attention.state] : []))
}

/** A gate that requests of the agent wait at while it is closed. */
function openGate() {
  let open = () => {}
  const gate = {
    passed: Promise.resolve(),
    close: () => {
      gate.passed = new Promise<void>((resolve) => {
        open = resolve
      })
    },
    open: () => open(),
  }
  return gate
}

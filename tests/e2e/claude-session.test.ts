/**
 * The whole slice with the real Claude Code: started in the background, prompted without attaching, answered on loopback,
 * read in the log, outliving the daemon, visited twice in a terminal, and ended.
 */
import { expect, test } from 'vitest'
import { answeredQuestions, apiKeyVariables } from '../kit/agent-lab/claude.js'
import { addClaudeProfile, addToGlobalDocument, withClaude } from '../kit/agent-lab/claude-profile.js'
import { askOnScreen, INPUT_LINE, labAnswer } from '../kit/agent-lab/claude-screen.js'
import { INSTALL_BOUND_MS, requiresClaude } from '../kit/agent-lab/install-agent.js'
import { startProvider } from '../kit/agent-lab/provider.js'
import { until } from '../kit/bounded.js'
import { perch, perchText } from '../kit/perch-program.js'
import { daemonPid, killDaemon, listSessions, showSession, startSession } from '../kit/perch-session.js'
import { expectTwin } from '../kit/screen-twin.js'
import { type TestHome, temporaryHome } from '../kit/temporary-home.js'
import { openTerminal } from '../kit/terminal.js'
import { terminalModel } from '../kit/terminal-model.js'

const SIZE = { cols: 90, rows: 30 }
const SCREEN_BOUND_MS = 20_000
const DETACH_KEY = '\x1c'

test('an agent started in the background is prompted, answered, left, found again and ended', {
  timeout: INSTALL_BOUND_MS,
}, async (context) => {
  const claude = await requiresClaude(context)
  await using base = temporaryHome()
  await using provider = await startProvider(labAnswer)
  const home = withClaude(base, claude, {})
  const cwd = home.folder('project')
  await addClaudeProfile(home, 'work', apiKeyVariables(provider))
  await addToGlobalDocument(home, 'work', answeredQuestions([cwd]))

  const started = await startSession(home, 'run', ['work', '--pty', '-n', 'agent', '--size', '90x30'], { cwd })
  expect(started).toMatchObject({ name: 'agent', profile: 'work', agent: 'claude', kind: 'pty', size: SIZE, cwd })

  await promptThroughSend(home, 'first-question')
  expect(await logShows(home, labAnswer('first-question'))).toContain('Claude Code')

  killDaemon(home)
  expect(await showSession(home, 'agent')).toMatchObject({ id: started.id, state: 'running', pid: started.pid, exit: null })
  await promptThroughSend(home, 'second-question')
  await logShows(home, labAnswer('second-question'))

  {
    await using terminal = await openTerminal(home, ['attach', 'agent'], { size: SIZE })
    await terminal.waitForText(labAnswer('second-question'))
    await askOnScreen(terminal, 'third-question')
    await terminal.type(DETACH_KEY)
    expect(await terminal.exit()).toEqual({ code: 0, signal: null })
    expect([...terminal.modes()].filter((mode) => !MODES_OF_A_SHELL.has(mode))).toEqual([])
    expect(terminal.buffer()).toBe('normal')
  }
  expect(await showSession(home, 'agent')).toMatchObject({ state: 'running', pid: started.pid, attachments: [] })

  await using terminal = await openTerminal(home, ['attach', 'agent'], { size: SIZE })
  await terminal.waitForText(labAnswer('third-question'))
  await expectTwin(home, 'agent', terminal, SIZE)
  await askOnScreen(terminal, 'fourth-question')
  await perchText(home, ['kill', 'agent'])
  const code = (await terminal.exit()).code

  expect(code).toBe((await perch(home, ['wait', started.id])).code)
  expect(code).toBeGreaterThan(0)
  const [ended] = (await listSessions(home)).filter(({ id }) => id === started.id)
  expect(ended).toMatchObject({ state: 'exited', exit: { outcome: expect.stringMatching(/^(terminated|killed)$/) } })
  await logShows(home, labAnswer('fourth-question'), started.id)
  expect(provider.prompts).toEqual(['first-question', 'second-question', 'third-question', 'fourth-question'])
  expect(provider.unexpected).toEqual([])
})

test('the daemon that is killed is back for the next command, as another process', async () => {
  await using home = temporaryHome()
  await startSession(home, 'exec', ['--pipe', '-n', 'sleeper', '--', 'sleep', '1000'])
  const before = await daemonPid(home)

  killDaemon(home)

  expect(await showSession(home, 'sleeper')).toMatchObject({ state: 'running' })
  expect(await daemonPid(home)).not.toBe(before)
  await perchText(home, ['kill', 'sleeper'])
})

/** Cursor shown and autowrap: on in every terminal that a shell sits in. */
const MODES_OF_A_SHELL: ReadonlySet<number> = new Set([7, 25])

/** Types into the session from outside, in the steps in which a person does. */
async function promptThroughSend(home: TestHome, prompt: string): Promise<void> {
  await logShows(home, INPUT_LINE)
  expect(await perchText(home, ['send', 'agent', prompt])).toContain(String(prompt.length))
  await logShows(home, prompt)
  await perchText(home, ['send', 'agent', '--enter'])
}

/** What a terminal shows that is fed with `perch logs`, once it shows `wanted`; bounded. */
async function logShows(home: TestHome, wanted: string | RegExp, session = 'agent'): Promise<string> {
  let screen = ''
  const shows = async () => {
    const log = await perch(home, ['logs', session])
    const model = terminalModel(SIZE, () => undefined)
    await model.feed(log.stdout)
    screen = model.screen().join('\n')
    model.dispose()
    return typeof wanted === 'string' ? screen.includes(wanted) : wanted.test(screen)
  }
  await until(shows, SCREEN_BOUND_MS, () => `${wanted} in the log, which shows:\n${screen}`)
  return screen
}

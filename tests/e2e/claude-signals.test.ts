/**
 * What the real Claude Code tells of itself, heard by the host of its session, while the person's own status line and hooks go on
 * as before: each request with its tokens, to the token; the windows of the account; every hook.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { SignalRecord } from '../../src/api/signal.js'
import { readSignalFiles } from '../../src/host/signals/signal-file.js'
import { sessionFolder } from '../../src/platform/paths.js'
import { answeredQuestions, loginVariables } from '../kit/agent-lab/claude.js'
import { addClaudeProfile, addToGlobalDocument, logInProfile, withClaude } from '../kit/agent-lab/claude-profile.js'
import { askOnScreen, labAnswer } from '../kit/agent-lab/claude-screen.js'
import { countedAnswers } from '../kit/agent-lab/counted-answers.js'
import { INSTALL_BOUND_MS, requiresClaude } from '../kit/agent-lab/install-agent.js'
import { startLoginProvider } from '../kit/agent-lab/login-provider.js'
import type { ServedRequest } from '../kit/agent-lab/login-replies.js'
import { until } from '../kit/bounded.js'
import { perchText } from '../kit/perch-program.js'
import { listSessions, startSession } from '../kit/perch-session.js'
import { type TestHome, temporaryHome } from '../kit/temporary-home.js'
import { openTerminal } from '../kit/terminal.js'

const LAB = { timeout: INSTALL_BOUND_MS }
const BOUND_MS = 30_000
const SIZE = { cols: 90, rows: 30 }
const EMAIL = 'work@example.test'

test(
  'each request is written down once, with the windows of the account, and the person sees what they always saw',
  LAB,
  async (context) => {
    const claude = await requiresClaude(context)
    await using base = temporaryHome()
    await using provider = await startLoginProvider(countedAnswers())
    const home = withClaude(base, claude, loginVariables(provider))
    const cwd = home.folder('project')
    const told = home.folder('told')
    personsSettings(home, {
      statusLine: { type: 'command', command: `read -r line; echo "my line: \${#line}" | cut -c1-9`, padding: 1 },
      hooks: { Stop: [{ hooks: [{ type: 'command', command: `cat > ${told}/stop` }] }] },
    })
    await addClaudeProfile(home, 'work')
    await logInProfile(home, 'work', EMAIL, provider.accounts.logIn(EMAIL, 'fresh'))
    await addToGlobalDocument(home, 'work', answeredQuestions([cwd]))

    // Nothing of perch's is in what programs read of it.
    const headlessRun = ['run', 'work', '--', '-p', '--output-format', 'stream-json', '--verbose', 'asked-headless']
    const lines = (await perchText(home, headlessRun, { cwd })).split('\n').map((line) => JSON.parse(line))
    expect(lines.flatMap(({ type, hook_event }) => (type === 'system' && hook_event !== undefined ? [hook_event] : []))).toEqual(
      [],
    )
    expect(lines.at(-1)).toMatchObject({ type: 'result', result: labAnswer('asked-headless') })

    const [headless] = await listSessions(home)
    const answered = provider.served.length
    expect(requestsOf(home, headless?.id)).toEqual(provider.served.map(asRequest))
    expect(readFileSync(join(told, 'stop'), 'utf8')).toContain('"hook_event_name":"Stop"')

    const { id } = await startSession(home, 'run', ['work', '--pty', '--size', '90x30'], { cwd })
    {
      await using terminal = await openTerminal(home, ['attach', id], { size: SIZE })
      await askOnScreen(terminal, 'first-question')
      await terminal.waitForText('my line:')
      await askOnScreen(terminal, 'second-question')
      await until(
        () => requestsOf(home, id).length === provider.served.length - answered,
        BOUND_MS,
        () => `all of ${JSON.stringify(provider.served)} in ${JSON.stringify(requestsOf(home, id))}`,
      )
      await terminal.type('\x1c')
      await terminal.exit()
    }
    await perchText(home, ['kill', id])

    expect(requestsOf(home, id)).toEqual(provider.served.slice(answered).map(asRequest))
    expect(signalsOf(home, id).filter(({ kind }) => kind === 'windows')).toMatchObject([
      {
        windows: [
          { kind: '5h', usedPercent: 25 },
          { kind: '7d', usedPercent: 50 },
        ],
      },
    ])
    expect(readdirSync(join(sessionFolder(home.paths, id), 'signals')).toSorted()).toEqual(['settings.json', 'status-line.sh'])
  },
)

function personsSettings(home: TestHome, settings: unknown): void {
  const folder = join(home.home, '.claude')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings))
}

function signalsOf(home: TestHome, id = ''): readonly SignalRecord[] {
  return readSignalFiles(sessionFolder(home.paths, id), 0)
}

function requestsOf(home: TestHome, id?: string) {
  return signalsOf(home, id).flatMap((signal) =>
    signal.kind === 'request' ? [{ key: signal.key, model: signal.model, tokens: signal.tokens }] : [],
  )
}

function asRequest({ requestId, model, usage }: ServedRequest) {
  return {
    key: requestId,
    model,
    tokens: {
      input: usage.input_tokens,
      output: usage.output_tokens,
      cacheRead: usage.cache_read_input_tokens,
      cacheCreation: usage.cache_creation_input_tokens,
    },
  }
}

/** What the real Codex and the real Gemini CLI tell of their requests by their telemetry, heard by the host of their session. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSignalFiles } from '../../src/host/signals/signal-file.js'
import { sessionFolder } from '../../src/platform/paths.js'
import { AGENT_RUN, agentHome } from '../kit/agent-lab/agent-home.js'
import { INSTALL_BOUND_MS } from '../kit/agent-lab/install-agent.js'
import { closeServer, listenOnLoopback } from '../kit/agent-lab/provider.js'
import { CODEX_RESET_S, startResponsesProvider } from '../kit/agent-lab/responses-provider.js'
import { perchText } from '../kit/perch-program.js'
import { listSessions } from '../kit/perch-session.js'
import type { TestHome } from '../kit/temporary-home.js'

const LAB = { timeout: INSTALL_BOUND_MS }
/** Of an answer, as both providers count it: what was read from the cache is a part of what came in. */
const TOKENS = { input: 71, output: 22, cacheRead: 40, cacheCreation: 0 }

test('Codex tells each turn with its tokens, and in its log what the account has left', LAB, async (context) => {
  await using lab = await agentHome(context, 'codex', { mode: 'link' })
  await using provider = await startResponsesProvider('The lab heard it')
  const { home } = lab
  writeSettings(
    home,
    '.codex/config.toml',
    'check_for_update_on_startup = false\n[analytics]\nenabled = false\n[features]\nplugins = false\n',
  )
  await perchText(home, ['profile', 'add', 'work', '--agent', 'codex', '--env', 'CODEX_API_KEY=sk-proj-invented'])
  await perchText(home, ['profile', 'set', 'work', `base-url=${provider.url}`])

  const said = await perchText(home, ['run', 'work', '--pipe', '--', 'exec', '--skip-git-repo-check', 'hello'], {
    ...AGENT_RUN,
    cwd: home.folder('project'),
  })

  expect(said).toBe('The lab heard it')
  expect(await told(home)).toMatchObject([
    { kind: 'request', model: expect.any(String), tokens: TOKENS, costUsd: null },
    {
      kind: 'windows',
      windows: [
        { kind: '5h', usedPercent: 42, resetsAt: CODEX_RESET_S * 1_000 },
        { kind: '7d', usedPercent: 7.5, resetsAt: (CODEX_RESET_S + 86_400) * 1_000 },
      ],
    },
  ])
  expect(lab.door.unexpected).toEqual([])
})

test('Gemini CLI tells each answer with its tokens', LAB, async (context) => {
  await using lab = await agentHome(context, 'gemini', { mode: 'link' })
  await using provider = await startContentProvider()
  const { home } = lab
  writeSettings(
    home,
    '.gemini/settings.json',
    JSON.stringify({
      security: { auth: { selectedType: 'gemini-api-key' } },
      general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
      privacy: { usageStatisticsEnabled: false },
    }),
  )
  const variables = ['GEMINI_API_KEY=invented', `GOOGLE_GEMINI_BASE_URL=${provider.url}`]
  await perchText(home, ['profile', 'add', 'work', '--agent', 'gemini', ...variables.flatMap((variable) => ['--env', variable])])

  // With a model that is named it asks no other one which to take.
  const said = await perchText(home, ['run', 'work', '--pipe', '--', '--skip-trust', '-m', 'gemini-2.5-flash', '-p', 'hello'], {
    ...AGENT_RUN,
    cwd: home.folder('project'),
  })

  expect(said).toContain('The lab heard it')
  expect(await told(home)).toMatchObject([{ kind: 'request', model: 'gemini-lab', tokens: TOKENS }])
  expect(lab.door.unexpected).toEqual([])
})

async function told(home: TestHome) {
  const [session] = await listSessions(home)
  return readSignalFiles(sessionFolder(home.paths, session?.id ?? ''), 0)
}

function writeSettings(home: TestHome, name: string, text: string): void {
  mkdirSync(join(home.home, name, '..'), { recursive: true, mode: 0o700 })
  writeFileSync(join(home.home, name), text)
}

/** The public Gemini API as far as its client needs it: every prompt is answered with the same words. */
async function startContentProvider() {
  const reply = {
    candidates: [{ content: { role: 'model', parts: [{ text: 'The lab heard it' }] }, finishReason: 'STOP', index: 0 }],
    usageMetadata: {
      promptTokenCount: 111,
      cachedContentTokenCount: 40,
      candidatesTokenCount: 17,
      thoughtsTokenCount: 5,
      totalTokenCount: 133,
    },
    modelVersion: 'gemini-lab',
  }
  const server = createServer((request, response) => {
    request.resume()
    const isStream = request.url?.includes(':streamGenerateContent')
    response.writeHead(200, { 'content-type': isStream ? 'text/event-stream' : 'application/json' })
    response.end(isStream ? `data: ${JSON.stringify(reply)}\n\n` : JSON.stringify(reply))
  })
  return { url: await listenOnLoopback(server), [Symbol.asyncDispose]: () => closeServer(server) }
}

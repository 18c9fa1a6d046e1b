/** What an agent is asked to tell, and when a person is left alone. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import type { AgentDefinition } from '../../../src/agents/agent-definition.js'
import { claude } from '../../../src/agents/claude.js'
import { codex } from '../../../src/agents/codex.js'
import { command } from '../../../src/agents/command.js'
import { gemini } from '../../../src/agents/gemini.js'
import { HostSpec } from '../../../src/api/host-spec.js'
import { planSignals, type SignalQuestion } from '../../../src/daemon/sessions/plan-signals.js'
import { workerFolder } from '../../kit/worker-folder.js'

test('an agent gets its settings before all other arguments, and its telemetry by variables', () => {
  using it = place()
  const plan = planSignals(it.question({ command: ['wrapper', 'claude'] }))

  expect(plan).toMatchObject({
    argumentsAt: 2,
    settings: { option: '--settings', path: join(it.session, 'signals', 'settings.json') },
    telemetry: { variables: { CLAUDE_CODE_ENABLE_TELEMETRY: '1' } },
  })
  expect(plan?.settings?.personsSettings).toEqual([
    join(it.cwd, '.claude/settings.local.json'),
    join(it.cwd, '.claude/settings.json'),
    join(it.runtime, 'settings.json'),
  ])
})

test.each([claude, codex, gemini])('what a host is told of $name is what it understands', (agent) => {
  using it = place()
  const plan = planSignals(it.question({ agent }))

  expect(v.parse(HostSpec.entries.signals, JSON.parse(JSON.stringify(plan)))).toEqual(plan)
  expect(plan?.telemetry).not.toBeNull()
})

test('on the plain home, the settings there are asked for a status line', () => {
  using it = place()
  const lines = (env: Readonly<Record<string, string>>) =>
    planSignals(it.question({ runtime: { folder: null }, env }))?.settings?.personsSettings.at(-1)

  expect(lines({})).toBe(join(it.home, '.claude', 'settings.json'))
  expect(lines({ CLAUDE_CONFIG_DIR: it.session })).toBe(join(it.session, 'settings.json'))
})

test('where the project is not read, neither is its status line', () => {
  using it = place()
  const plan = planSignals(it.question({ launchArgs: ['--setting-sources', 'user'] }))

  expect(plan?.settings?.personsSettings).toEqual([join(it.runtime, 'settings.json')])
})

test('an agent that tells nothing is asked nothing', () => {
  using it = place()
  expect(planSignals(it.question({ agent: command }))).toBeUndefined()
})

test('a command of the agent gets no settings', () => {
  using it = place()
  expect(planSignals(it.question({ args: ['mcp', 'list'] }))).toMatchObject({ settings: null })
})

test.each([[['--settings', 'mine.json']], [['--settings={}', 'hi there']]])(
  '%j: settings of the person are theirs alone',
  (args) => {
    using it = place()
    expect(planSignals(it.question({ args }))).toMatchObject({ settings: null, telemetry: { variables: expect.anything() } })
  },
)

test('settings in the command that a person has set up are theirs alone as well', () => {
  using it = place()
  const command = ['wrapper', '--settings', 'mine.json', '--'] as const
  expect(planSignals(it.question({ command: [...command] }))).toMatchObject({ settings: null, telemetry: expect.anything() })
})

test.each([
  [['-p', 'hi']],
  [['--print', 'hi']],
  [['-cp', 'hi']],
  [['--output-format', 'stream-json']],
  [['--input-format=stream-json']],
])('%j: a run whose output programs read has nothing of hooks in it', (args) => {
  using it = place()
  expect(planSignals(it.question({ args }))).toMatchObject({ settings: null, telemetry: { variables: expect.anything() } })
})

test.each([[['--', '--settings', '-p']], [['-c']], [['explain -p']]])('%j is a conversation', (args) => {
  using it = place()
  expect(planSignals(it.question({ args }))?.settings).not.toBeNull()
})

test.each([
  ['a header', codex, { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer mine' }, {}],
  ['a variable', claude, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://example.test' }, {}],
  ['settings of the project', claude, {}, { 'project/.claude/settings.json': '{"env":{"OTEL_METRICS_EXPORTER":"otlp"}}' }],
  ['settings of their own', claude, {}, { 'runtime/settings.json': '{"env":{"CLAUDE_CODE_ENABLE_TELEMETRY":"0"}}' }],
  ['its configuration', codex, {}, { 'runtime/config.toml': 'model = "m"\n[otel]\nexporter = "none"\n' }],
  ['a line of its configuration', codex, {}, { 'runtime/config.toml': 'otel.exporter = "none"\n' }],
  ['settings with comments', gemini, {}, { 'runtime/.gemini/settings.json': '// mine\n{"telemetry":{"enabled":false}}' }],
] as const)(
  'telemetry that a person set up by %s is left alone (%#)',
  (_, agent, env: Readonly<Record<string, string>>, files) => {
    using it = place(files)
    expect(planSignals(it.question({ agent, env }))).toMatchObject({ telemetry: null })
  },
)

test.each([
  ['what an enclosing agent hands on of its own', { CLAUDE_CODE_ENABLE_TELEMETRY: '1' }],
  ['a variable that says nothing', { OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
])('%s is no telemetry of the person', (_, env: Readonly<Record<string, string>>) => {
  using it = place({ 'runtime/settings.json': 'not settings' })
  mkdirSync(join(it.cwd, '.claude/settings.json'), { recursive: true })

  expect(planSignals(it.question({ env }))?.telemetry).not.toBeNull()
})

test('a project whose name has the word in it is no telemetry of the person', () => {
  using it = place({ 'runtime/config.toml': '[projects."/home/someone/hotel"]\ntrust_level = "trusted"\n' })
  expect(planSignals(it.question({ agent: codex }))?.telemetry).not.toBeNull()
})

interface Asked {
  readonly agent?: AgentDefinition
  readonly args?: readonly string[]
  readonly command?: readonly [string, ...string[]]
  readonly env?: Readonly<Record<string, string>>
  readonly launchArgs?: readonly string[]
  readonly runtime?: SignalQuestion['runtime']
}

function place(files: Readonly<Record<string, string>> = {}) {
  const base = mkdtempSync(join(workerFolder(), 's'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(base, name)), { recursive: true })
    writeFileSync(join(base, name), text)
  }
  const at = (name: string) => join(base, name)
  const question = ({ agent = claude, args = [], ...asked }: Asked = {}): SignalQuestion => ({
    plan: { agent, args, home: at('home'), command: asked.command ?? [agent.name] },
    runtime: asked.runtime ?? { folder: at('runtime') },
    launchArgs: asked.launchArgs ?? [],
    env: asked.env ?? {},
    cwd: at('project'),
    folder: at('session'),
  })
  return {
    cwd: at('project'),
    home: at('home'),
    runtime: at('runtime'),
    session: at('session'),
    question,
    [Symbol.dispose]: () => rmSync(base, { recursive: true, force: true }),
  }
}

/** What an agent is asked to tell, and when a person is left alone. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import type { AgentDefinition } from '../../../src/agents/agent-definition.js'
import { claude } from '../../../src/agents/claude.js'
import { command } from '../../../src/agents/command.js'
import { HostSpec } from '../../../src/api/host-spec.js'
import { NO_SIGNALS, planSignals, type SignalQuestion } from '../../../src/daemon/sessions/plan-signals.js'
import { workerFolder } from '../../kit/worker-folder.js'

test('an agent gets its settings before all other arguments, and its telemetry by variables', () => {
  using it = place()
  const { plan, args } = planSignals(it.question())

  expect(args).toEqual(['--settings', join(it.session, 'signals', 'settings.json')])
  expect(plan?.telemetry?.variables).toMatchObject({ CLAUDE_CODE_ENABLE_TELEMETRY: '1' })
  expect(plan?.settings?.personsSettings).toEqual([
    join(it.cwd, '.claude/settings.local.json'),
    join(it.cwd, '.claude/settings.json'),
    join(it.runtime, 'settings.json'),
  ])
  // What the host is told is what it understands.
  expect(v.parse(HostSpec.entries.signals, JSON.parse(JSON.stringify(plan)))).toEqual(plan)
})

test('on the plain home, the settings there are asked for a status line', () => {
  using it = place()
  const lines = (env: Readonly<Record<string, string>>) =>
    planSignals(it.question({ runtime: { folder: null }, env })).plan?.settings?.personsSettings.at(-1)

  expect(lines({})).toBe(join(it.home, '.claude', 'settings.json'))
  expect(lines({ CLAUDE_CONFIG_DIR: it.session })).toBe(join(it.session, 'settings.json'))
})

test('where the project is not read, neither is its status line', () => {
  using it = place()
  const { plan } = planSignals(it.question({ launchArgs: ['--setting-sources', 'user'] }))

  expect(plan?.settings?.personsSettings).toEqual([join(it.runtime, 'settings.json')])
})

test.each([
  ['an agent that tells nothing', command, []],
  ['a command of the agent', claude, ['mcp', 'list']],
])('%s is asked nothing', (_, agent: AgentDefinition, args: readonly string[]) => {
  using it = place()
  expect(planSignals(it.question({ agent, args }))).toEqual(NO_SIGNALS)
})

test.each([[['--settings', 'mine.json']], [['-p', '--settings={}', 'hi']]])(
  '%j: settings of the person are theirs alone',
  (args) => {
    using it = place()
    const planned = planSignals(it.question({ args }))

    expect(planned.args).toEqual([])
    expect(planned.plan).toMatchObject({ settings: null, telemetry: { variables: expect.anything() } })
  },
)

test('a prompt that holds the word behind -- is no option', () => {
  using it = place()
  expect(planSignals(it.question({ args: ['-p', '--', '--settings'] })).args).toHaveLength(2)
})

test.each([
  ['a variable', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://example.test' }, {}],
  ['settings of the project', {}, { 'project/.claude/settings.json': { env: { OTEL_METRICS_EXPORTER: 'otlp' } } }],
  ['settings of their own', {}, { 'runtime/settings.json': { env: { CLAUDE_CODE_ENABLE_TELEMETRY: '0' } } }],
])('telemetry that a person set up by %s is left alone', (_, env: Readonly<Record<string, string>>, files) => {
  using it = place(files)
  const { plan } = planSignals(it.question({ env }))

  expect(plan).toMatchObject({ telemetry: null, settings: { path: expect.any(String) } })
})

test.each([
  ['what an enclosing agent hands on of its own', { CLAUDE_CODE_ENABLE_TELEMETRY: '1' }, {}],
  ['a variable that says nothing', { OTEL_EXPORTER_OTLP_ENDPOINT: '' }, {}],
  [
    'settings that cannot be understood',
    {},
    { 'runtime/settings.json': 'not settings', 'project/.claude/settings.json': { env: 7 } },
  ],
])('%s is no telemetry of the person', (_, env: Readonly<Record<string, string>>, files) => {
  using it = place(files)
  expect(planSignals(it.question({ env })).plan?.telemetry).not.toBeNull()
})

interface Asked {
  readonly agent?: AgentDefinition
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly launchArgs?: readonly string[]
  readonly runtime?: SignalQuestion['runtime']
}

function place(files: Readonly<Record<string, unknown>> = {}) {
  const base = mkdtempSync(join(workerFolder(), 's'))
  const [cwd, home, runtime, session] = ['project', 'home', 'runtime', 'session'].map((name) => join(base, name)) as [
    string,
    string,
    string,
    string,
  ]
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(base, name)), { recursive: true })
    writeFileSync(join(base, name), JSON.stringify(content))
  }
  const question = ({ agent = claude, args = [], env = {}, launchArgs = [], runtime: folder }: Asked = {}): SignalQuestion => ({
    plan: { agent, args, home },
    runtime: folder ?? { folder: runtime },
    launchArgs,
    env,
    cwd,
    folder: session,
  })
  return { cwd, home, runtime, session, question, [Symbol.dispose]: () => rmSync(base, { recursive: true, force: true }) }
}

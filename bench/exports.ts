/**
 * A session whose agent exports its telemetry 500 times a second, far more than any does, beside one that is quiet: whether a person
 * feels it at the keyboard, and whether every request is counted.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { bundlePath } from '../src/platform/bundles.js'
import type { Verdict } from '../tests/campaign/verdict.js'
import { ms } from './bars.js'
import { inTurn } from './statistics.js'
import { printTable } from './table.js'
import { type BenchTerminal, keyPresser, openBenchTerminal } from './terminal.js'
import { openWorkplace, type Workplace } from './workplace.js'

const ROUNDS = 400
const PAUSE_MS = 10
/** 5 of them every 10 ms, until standard input ends; then says how many were taken. */
const EXPORTER = `
const http = require('http')
const [url, headers, body] = JSON.parse(process.argv[1])
const agent = new http.Agent({ keepAlive: true, maxSockets: 4 })
let sent = 0, taken = 0, done = false
const post = () => {
  const text = body.replaceAll('KEY', String(++sent))
  const request = http.request(url, { method: 'POST', agent, headers: { ...headers, 'content-type': 'application/json' } }, (response) => {
    if (response.statusCode === 200) taken++
    response.resume()
  })
  request.on('error', () => {})
  request.end(text)
}
const timer = setInterval(() => { for (let i = 0; i < 5; i++) post() }, 10)
process.stdin.resume().on('end', () => { clearInterval(timer); setTimeout(() => { console.log(JSON.stringify({ sent, taken })); process.exit(0) }, 500) })
`
/** An agent that echoes, and leaves where it is to export to. */
const AGENT = `#!/bin/sh
env > "$PERCH_HOME/agent.$PERCH_SESSION"
stty -icanon; printf READY; exec cat >/dev/null
`
/** As large as an export of a second in which the agent asked once: the other records in it are of no interest. */
const OTHER_RECORDS = 12

export async function benchExports(): Promise<readonly Verdict[]> {
  const workplace = openWorkplace()
  const open: BenchTerminal[] = []
  try {
    furnish(workplace)
    const [quiet, busy] = [await openAgent(workplace, 'quiet'), await openAgent(workplace, 'busy')]
    open.push(quiet, busy)
    const exporter = startExporter(workplace, 'busy')
    const from = performance.now()
    const figures = await inTurn(ROUNDS, { quiet: keyPresser(quiet), busy: keyPresser(busy), pause: () => sleep(PAUSE_MS, 0) })
    const seconds = (performance.now() - from) / 1_000
    const { sent, taken } = await exporter.end()
    const counted = Number(JSON.parse(workplace.output('usage', '--json', '--profile', 'work')).profiles[0]?.requests)
    printTable('Keystroke to echo, while an agent exports its telemetry', [
      { what: 'no exports', figures: figures.quiet },
      { what: '500 exports a second', figures: figures.busy, against: { name: 'no exports', figures: figures.quiet } },
    ])
    const more = figures.busy.p50 - figures.quiet.p50
    return [
      {
        row: 'keystroke to echo, with 500 exports a second',
        how: `two sessions in turn; ${sent} exports in ${seconds.toFixed(0)} s, ${taken} taken, ${counted} counted`,
        runs: String(figures.busy.runs),
        measured: `p50 ${ms(figures.busy.p50)}, p99 ${ms(figures.busy.p99)}; ${ms(more)} more than without`,
        bar: 'p50 ≤ 0.6 ms more, every export counted',
        outcome: more <= 0.6 && taken === sent && counted === sent ? 'met' : 'missed',
      },
    ]
  } finally {
    for (const terminal of open) await terminal.end('\x03')
    workplace.close()
  }
}

function furnish(workplace: Workplace): void {
  const bin = join(workplace.folder, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'claude'), AGENT)
  chmodSync(join(bin, 'claude'), 0o755)
  workplace.env.PATH = [bin, workplace.env.PATH].join(delimiter)
  workplace.perch('profile', 'add', 'work', '--agent', 'claude')
}

async function openAgent(workplace: Workplace, name: string): Promise<BenchTerminal> {
  const terminal = await openBenchTerminal(workplace, [process.execPath, bundlePath('perch'), 'run', 'work', '-n', name])
  await terminal.timeUntil('READY')
  return terminal
}

function startExporter(workplace: Workplace, session: string) {
  const { id } = JSON.parse(workplace.output('show', session, '--json')).session
  const env = readFileSync(join(workplace.env.PERCH_HOME ?? '', `agent.${id}`), 'utf8').split('\n')
  const value = (name: string) => env.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1) ?? ''
  const [header = '', ...token] = value('OTEL_EXPORTER_OTLP_LOGS_HEADERS').split('=')
  const asked = [value('OTEL_EXPORTER_OTLP_LOGS_ENDPOINT'), { [header]: token.join('=') }, anExport()]
  const child = spawn(process.execPath, ['-e', EXPORTER, JSON.stringify(asked)], { stdio: ['pipe', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', (bytes) => {
    said += String(bytes)
  })
  return {
    async end(): Promise<{ readonly sent: number; readonly taken: number }> {
      child.stdin.end()
      await once(child, 'close')
      return JSON.parse(said)
    },
  }
}

function anExport(): string {
  const record = (event: string, more: Readonly<Record<string, string | number>>) => ({
    timeUnixNano: '1795854359136000000',
    body: { stringValue: `claude_code.${event}` },
    attributes: Object.entries({ 'event.name': event, 'session.id': 'a', 'terminal.type': 'x'.repeat(600), ...more }).map(
      ([key, value]) => ({ key, value: typeof value === 'number' ? { doubleValue: value } : { stringValue: value } }),
    ),
  })
  const request = record('api_request', {
    request_id: 'req_KEY',
    model: 'some-model',
    input_tokens: 1,
    output_tokens: 1,
    cost_usd: 0.001,
  })
  const others = Array.from({ length: OTHER_RECORDS }, () => record('hook_execution_complete', {}))
  return JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [...others, request] }] }] })
}

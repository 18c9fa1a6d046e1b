/** Ending sessions: the ladder against programs that resist it in the ways programs do. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { identifyProcess, livenessOf, type ProcessIdentity } from '../../../src/platform/process/process-identity.js'
import { until } from '../../kit/bounded.js'
import { temporaryHome } from '../../kit/temporary-home.js'
import { type HostOptions, type HostProgram, startHost, TEST_BOUND_MS } from '../kit/host-program.js'
import { HostReader } from '../kit/host-reader.js'

const LONG_GRACE_MS = 60_000

/** Starts a program and waits until it says that it is ready. */
async function started(
  home: ReturnType<typeof temporaryHome>,
  script: string,
  options: Partial<HostOptions> = {},
): Promise<{ readonly host: HostProgram; readonly reader: HostReader }> {
  const host = await startHost(home, { argv: ['bash', '-c', script], ...options })
  const reader = await HostReader.attach(host.socket, { mode: 'controller' })
  await reader.waitForText(options.kind === 'pty' ? 'pty' : 'stdout', 'ready')
  return { host, reader }
}

/** The identity of the process whose pid the program wrote into a file. */
async function identityIn(file: string): Promise<ProcessIdentity> {
  const pid = await until(
    // The shell makes the file first and writes its line then.
    () => (existsSync(file) && readFileSync(file, 'utf8').endsWith('\n') ? Number(readFileSync(file, 'utf8')) : undefined),
    TEST_BOUND_MS,
    () => file,
  )
  const identity = identifyProcess(pid)
  if (!identity) throw new Error(`there is no process ${pid}`)
  return identity
}

async function terminate(reader: HostReader, graceMs: number): Promise<void> {
  await reader.channel.request('terminate', { graceMs }, { timeoutMs: TEST_BOUND_MS })
}

describe('terminate', () => {
  const cases: readonly {
    readonly what: string
    readonly script: string
    readonly kind?: 'pty'
    readonly graceMs: number
    readonly exit: Record<string, unknown>
    readonly signals: readonly string[]
  }[] = [
    {
      what: 'a program that does nothing about it',
      script: 'echo ready; sleep 1000',
      graceMs: LONG_GRACE_MS,
      exit: { signal: 'SIGTERM', outcome: 'terminated' },
      signals: ['SIGTERM', 'SIGCONT'],
    },
    {
      what: 'a program that cleans up and exits with its own code',
      script: 'trap "echo bye; exit 7" TERM; echo ready; while :; do sleep 0.05; done',
      graceMs: LONG_GRACE_MS,
      exit: { code: 7, outcome: 'terminated' },
      signals: ['SIGTERM', 'SIGCONT'],
    },
    {
      what: 'a program that ignores SIGTERM',
      script: 'trap "" TERM; echo ready; while :; do sleep 0.05; done',
      graceMs: 300,
      exit: { signal: 'SIGKILL', outcome: 'killed' },
      signals: ['SIGTERM', 'SIGCONT', 'SIGKILL'],
    },
    {
      what: 'a program that ignores SIGTERM and ends by itself within the grace',
      script: 'trap "" TERM; echo ready; while [ ! -e go ]; do sleep 0.05; done; exit 9',
      graceMs: LONG_GRACE_MS,
      exit: { code: 9, outcome: 'exited' },
      signals: ['SIGTERM', 'SIGCONT'],
    },
    {
      what: 'a stopped program',
      script: 'echo ready; kill -STOP $$; sleep 1000',
      graceMs: LONG_GRACE_MS,
      exit: { signal: 'SIGTERM', outcome: 'terminated' },
      signals: ['SIGTERM', 'SIGCONT'],
    },
    {
      what: 'an interactive shell, which ignores SIGTERM',
      script: 'PS1=; echo ready; exec bash --norc -i',
      kind: 'pty',
      graceMs: LONG_GRACE_MS,
      exit: { outcome: 'terminated' },
      signals: ['SIGHUP', 'SIGTERM', 'SIGCONT'],
    },
    {
      what: 'a program on a terminal that ignores all soft signals',
      script: 'trap "" HUP TERM; echo ready; while :; do sleep 0.05; done',
      kind: 'pty',
      graceMs: 300,
      exit: { signal: 'SIGKILL', outcome: 'killed' },
      signals: ['SIGHUP', 'SIGTERM', 'SIGCONT', 'SIGKILL'],
    },
  ]
  for (const { what, script, kind, graceMs, exit, signals } of cases) {
    test(`ends ${what}`, async () => {
      await using home = temporaryHome()
      const { host, reader } = await started(home, script, kind ? { kind } : {})
      const ended = terminate(reader, graceMs)
      writeFileSync(join(home.home, 'go'), '')
      await ended
      expect(await reader.untilClosed()).toEqual({ reason: 'ended' })
      const record = await host.exitRecord()
      expect(record.exit).toMatchObject(exit)
      expect(record.exit.signalsSent.map(({ signal }) => signal)).toEqual(signals)
    })
  }

  test('shows what the program still writes to those who are attached', async () => {
    await using home = temporaryHome()
    const { host, reader } = await started(home, 'trap "echo last words; exit 0" TERM; echo ready; while :; do sleep 0.05; done')
    await terminate(reader, LONG_GRACE_MS)
    await reader.untilClosed()
    expect(reader.text('stdout')).toContain('last words')
    await host.gone
  })

  test('ends a descendant that left the group and the session', async () => {
    await using home = temporaryHome()
    const escaping =
      'setsid bash -c \'trap "" TERM HUP; echo $BASHPID > escaped; while :; do sleep 0.05; done\' >/dev/null 2>&1 </dev/null & disown'
    const { host, reader } = await started(home, `(${escaping}); echo ready; sleep 1000`)
    const escaped = await identityIn(join(home.home, 'escaped'))
    await terminate(reader, 300)
    expect(livenessOf(escaped)).toBe('dead')
    expect((await host.exitRecord()).exit).toMatchObject({ signal: 'SIGTERM', outcome: 'terminated' })
  })

  test('reaches those whose leader has ended while they hold its pipes, and does not call that killed', async () => {
    await using home = temporaryHome()
    const script = '(trap "" TERM; echo $BASHPID > rest; while :; do sleep 0.05; done) & echo ready; read go; exit 4'
    const { host, reader } = await started(home, script, { limits: { drainMs: 30_000 } })
    const rest = await identityIn(join(home.home, 'rest'))
    await reader.type('go\n')
    await until(
      async () => (await reader.status()).exit !== null,
      TEST_BOUND_MS,
      () => 'the exit of the leader',
    )
    expect((await reader.status()).exit).toMatchObject({ code: 4, outcome: 'exited' })
    expect(reader.ends.size).toBe(0)
    await terminate(reader, 200)
    expect(livenessOf(rest)).toBe('dead')
    expect((await host.exitRecord()).exit).toMatchObject({ code: 4, outcome: 'exited', signalsSent: [] })
  })

  test('again with a shorter grace shortens it', async () => {
    await using home = temporaryHome()
    const { host, reader } = await started(home, 'trap "" TERM; echo ready; while :; do sleep 0.05; done')
    const patient = terminate(reader, 1000 * LONG_GRACE_MS)
    await terminate(reader, 50)
    await patient
    expect((await host.exitRecord()).exit.outcome).toBe('killed')
  })

  test('ends the job in the foreground of a shell as well', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { kind: 'pty', argv: ['bash', '--norc', '-i'] })
    await using reader = await HostReader.attach(host.socket, { mode: 'controller' })
    await reader.type('trap "" HUP; bash -c \'echo $$ > job; trap "" HUP; sleep 1000\'\n')
    const job = await identityIn(join(home.home, 'job'))
    await terminate(reader, 300)
    expect(livenessOf(job)).toBe('dead')
    expect((await host.exitRecord()).exit.outcome).toBe('killed')
  })
})

describe('a leader that ends while its descendants hold the pipes', () => {
  test('ends the session after the drain, with everything written until then', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, {
      argv: ['bash', '-c', '(echo $BASHPID > rest; sleep 0.2; echo late; exec sleep 1000) & read go; exit 3'],
      limits: { drainMs: 1_000 },
    })
    await using reader = await HostReader.attach(host.socket, { mode: 'controller' })
    await reader.type('go\n')
    await reader.untilClosed()
    expect(reader.text('stdout')).toBe('late\n')
    expect(reader.exit?.exit).toMatchObject({ code: 3, outcome: 'exited' })
    await host.gone
    // It is not perch's to end: the session ended by itself, and nobody asked for the end of what it started.
    const rest = await identityIn(join(home.home, 'rest'))
    expect(livenessOf(rest)).toBe('alive')
    process.kill(rest.pid, 'SIGKILL')
  })
})

describe('one signal', () => {
  test('is sent and nothing else; the outcome says who ended it', async () => {
    await using home = temporaryHome()
    const { host, reader } = await started(home, 'trap "echo usr1" USR1; echo ready; while :; do sleep 0.05; done')
    await reader.channel.request('signal', { signal: 'USR1' })
    await reader.waitForText('stdout', 'usr1')
    await reader.channel.request('signal', { signal: 'SIGKILL' })
    const { exit } = await host.exitRecord()
    expect(exit).toMatchObject({ signal: 'SIGKILL', outcome: 'killed' })
    expect(exit.signalsSent.map(({ signal }) => signal)).toEqual(['SIGUSR1', 'SIGKILL'])
  })

  test('of the keyboard goes to the job in the foreground, not to the shell that waits for it', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { kind: 'pty', argv: ['bash', '--norc', '-i'] })
    await using reader = await HostReader.attach(host.socket, { mode: 'controller' })
    await reader.type("bash -c 'echo $$ > job; exec sleep 1000'\n")
    await identityIn(join(home.home, 'job'))
    await reader.channel.request('signal', { signal: 'INT' })
    await reader.type('echo code $?\n')
    await reader.waitForText('pty', 'code 130')
    expect((await reader.status()).state).toBe('running')
    await terminate(reader, LONG_GRACE_MS)
    await host.gone
  })
})

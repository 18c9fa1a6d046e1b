/** Signals to perch in a pipeline, beside the same signals to the bare program: both do with them what the program does. */
import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../kit/bounded.js'
import { perchBundle } from '../kit/perch-program.js'
import { requiresPlatform } from '../kit/requirement.js'
import { type RunningProgram, startProgram } from '../kit/running-program.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'

const BOUND_MS = 30_000
const PERCH = [process.execPath, perchBundle(), 'exec', '--']

let home: TemporaryHome
beforeAll(() => {
  home = temporaryHome()
})
afterAll(() => home[Symbol.asyncDispose]())

function run(prefix: readonly string[], script: string): RunningProgram {
  const [program = 'sh', ...args] = [...prefix, 'sh', '-c', script]
  return startProgram(program, args, { env: home.env, cwd: home.home, boundMs: BOUND_MS })
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGALRM'] as const)(
  'the wait status after %s is the same',
  async (signal) => {
    const statuses = []
    for (const prefix of [[], PERCH]) {
      await using program = run(prefix, 'echo ready; exec sleep 100')
      await program.waitForOutput('ready')
      program.kill(signal)
      const { code, signal: killedBy } = await program.finished
      statuses.push(killedBy ? 128 + constants.signals[killedBy] : code)
    }
    expect(statuses).toEqual([128 + constants.signals[signal], 128 + constants.signals[signal]])
  },
)

test.each(['SIGUSR1', 'SIGUSR2', 'SIGALRM'] as const)(
  '%s tells the program, and leaves alone its children, which know nothing of it',
  async (signal) => {
    const name = signal.slice(3)
    const script = `trap 'kill $c; wait $c; echo told, child ended by $?; exit 7' ${name}; sleep 100 & c=$!; echo ready; wait`
    const outcomes = []
    for (const prefix of [[], PERCH]) {
      await using program = run(prefix, script)
      await program.waitForOutput('ready')
      program.kill(signal)
      // Whether the shell says on stderr how its child ended depends on the moment.
      const { code, stdout } = await program.finished
      outcomes.push({ code, stdout: stdout.toString() })
    }
    expect(outcomes[0]).toMatchObject({ code: 7, stdout: 'ready\ntold, child ended by 143\n' })
    expect(outcomes[1]).toEqual(outcomes[0])
  },
)

test('the program stops and goes on with the job', async (context) => {
  requiresPlatform(context, 'linux')
  await using program = run(PERCH, 'echo pid $$ ready; read go; exit 5')
  await program.waitForOutput('ready')
  const pid = Number(/pid (\d+)/.exec(program.stdout().toString())?.[1])
  const areStopped = (wanted: boolean) => () => [pid, program.pid].every((each) => isStopped(each) === wanted)
  program.kill('SIGTSTP')
  await until(areStopped(true), BOUND_MS, () => 'the program and perch stopped')
  program.kill('SIGCONT')
  await until(areStopped(false), BOUND_MS, () => 'the program and perch going on')
  program.write('go\n')
  expect(await program.finished).toMatchObject({ code: 5, signal: null, stderr: '' })
})

function isStopped(pid: number): boolean {
  return /^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'))
}

/** The leak check and the skip report as a whole: a vitest of its own runs tests that leak, and must say so. */
import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { runProgram } from './running-program.js'
import { workerFolder } from './worker-folder.js'

describe('a run of leaking tests', () => {
  let run: StoryRun
  beforeAll(async () => {
    run = await runStories({})
  })

  test('each test that leaves something behind fails by itself, naming it, and the next one starts clean', () => {
    expect(run.code).toBe(1)
    expect(run.output).toMatch(/× leaky\.stories\.ts > leaves a folder/)
    expect(run.output).toMatch(/"leaves a folder" left behind:\s+folder: forgotten-/)
    expect(run.output).toMatch(/"leaves a process" left behind:\s+process: \d+ sleep 1000/)
    expect(run.output).toMatch(/✓ leaky\.stories\.ts > leaves nothing/)
  })

  test('a test that lacks a program is skipped, in one line that says what and why', () => {
    expect(run.output.split('\n').filter((line) => line.startsWith('SKIPPED'))).toEqual([
      expect.stringMatching(/leaky\.stories\.ts > wants a program that is not there: needs dtach, which is not installed/),
    ])
  })
})

test('with PERCH_TEST_STRICT=1 a missing program is a failure', async () => {
  const { output } = await runStories({ PERCH_TEST_STRICT: '1' })

  expect(output).toMatch(/× leaky\.stories\.ts > wants a program that is not there/)
  expect(output).toMatch(/PERCH_TEST_STRICT=1 and this test needs dtach/)
})

interface StoryRun {
  readonly code: number | null
  readonly output: string
}

/** The only program of the stories is `sleep`, so that `dtach` is missing wherever this runs. */
async function runStories(variables: Readonly<Record<string, string>>): Promise<StoryRun> {
  const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url))
  const config = fileURLToPath(new URL('fixtures/leaky.config.ts', import.meta.url))
  const programs = join(workerFolder(), 'programs')
  const env = { HOME: workerFolder(), TMPDIR: workerFolder(), PATH: programs, NO_COLOR: '1', ...variables }
  mkdirSync(programs)
  symlinkSync('/bin/sleep', join(programs, 'sleep'))
  try {
    const done = await runProgram(process.execPath, [vitest, 'run', '--config', config], { env, cwd: dirname(config) })
    return { code: done.code, output: `${done.stdout}\n${done.stderr}` }
  } finally {
    rmSync(programs, { recursive: true })
  }
}

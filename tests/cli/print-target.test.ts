/** What the printer writes to: files and pipes, also full and closed ones, without losing a byte. */
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { perch, perchBundle } from '../kit/perch-program.js'
import { runProgram } from '../kit/running-program.js'
import { temporaryHome } from '../kit/temporary-home.js'

const program = () => [process.execPath, perchBundle()].map((word) => JSON.stringify(word)).join(' ')

describe('what a command prints', () => {
  test('comes whole through a pipe that is full, and that another program made non-blocking', async () => {
    await using home = temporaryHome()
    const whole = (await perch(home, ['help'])).stdout.toString()
    // Node makes the pipe of its own output non-blocking, for the one that shares it as well; the reader comes late.
    const fill = 'process.stdout.write("#".repeat(60000)); setTimeout(() => {}, 300)'
    const script = `(${JSON.stringify(process.execPath)} -e '${fill}' & ${program()} help; wait) | (sleep 0.5; cat)`
    const { stdout } = await runProgram('bash', ['-c', script], { env: home.env, cwd: home.home })
    expect(stdout.toString().replaceAll('#', '')).toBe(whole)
  })

  test('goes into a file as into a pipe', async () => {
    await using home = temporaryHome()
    const path = join(home.root, 'out')
    closeSync(openSync(path, 'w'))
    await runProgram('bash', ['-c', `${program()} help >>${path}`], { env: home.env, cwd: home.home })
    expect(readFileSync(path, 'utf8')).toBe((await perch(home, ['help'])).stdout.toString())
  })

  test('to a reader that is gone is no failure, to a full device it is', async () => {
    await using home = temporaryHome()
    const closed = await runProgram('bash', ['-c', `${program()} help | true; echo "\${PIPESTATUS[0]}"`], {
      env: home.env,
      cwd: home.home,
    })
    expect(closed.stdout.toString()).toBe('0\n')
    const full = await runProgram('bash', ['-c', `${program()} help >/dev/full`], { env: home.env, cwd: home.home })
    expect(full.code).toBe(1)
    expect(full.stderr.toString()).toContain('ENOSPC')
  })
})

/** `perch events` as people and scripts use it. */
import { describe, expect, test } from 'vitest'
import { until } from '../kit/bounded.js'
import { perch, perchBundle, perchText, startPerch } from '../kit/perch-program.js'
import { daemonPid } from '../kit/perch-session.js'
import { runProgram } from '../kit/running-program.js'
import { temporaryHome } from '../kit/temporary-home.js'

test('one line for each event, with when, which session and what', async () => {
  await using home = temporaryHome()
  await using following = startPerch(home, ['events', '--since', '0'])
  const id = await perchText(home, ['exec', '-d', '-n', 'one', '--originator', 'ci', '--', 'sh', '-c', 'exit 3'])
  await following.waitForOutput('ended')
  await perchText(home, ['rm', 'one'])
  await following.waitForOutput('removed')
  const time = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`
  const whole = ['created: default, by ci', 'ended: exit 3', 'removed'].map((what) => `${time}  ${id} \\(one\\)  ${what}\n`)
  expect(following.stdout().toString()).toMatch(new RegExp(`^${whole.join('')}$`))
})

test('with --json one document a line; what is there, and from a number on', async () => {
  await using home = temporaryHome()
  const id = await perchText(home, ['exec', '-d', '--', 'true'])
  await perch(home, ['wait', id])
  await perchText(home, ['rm', id])
  const text = await perchText(home, ['events', '--json', '--since', '0', '--no-follow'])
  expect(text.split('\n').map((line) => JSON.parse(line))).toMatchObject([
    { schema: 1, seq: 1, type: 'created', session: id },
    { schema: 1, seq: 2, type: 'ended', session: id, exit: { code: 0 } },
    { schema: 1, seq: 3, type: 'removed', session: id },
  ])
  expect(await perchText(home, ['events', '--since', '2', '--no-follow'])).toMatch(/removed$/)
  expect(await perchText(home, ['events', '--since', '3', '--no-follow'])).toBe('')
})

describe('it ends', () => {
  test('with 130 on Ctrl-C', async () => {
    await using home = temporaryHome()
    await using following = startPerch(home, ['events', '--since', '0'])
    await perchText(home, ['exec', '-d', '--', 'true'])
    await following.waitForOutput('created')
    following.kill('SIGINT')
    expect(await following.finished).toMatchObject({ code: 130, signal: null, stderr: '' })
  })

  test('without a word when nobody reads it any more', async () => {
    await using home = temporaryHome()
    await perchText(home, ['exec', '-d', '--', 'true'])
    const script = `"$0" "$1" events --since 0 --json | head -n 1; echo "\${PIPESTATUS[0]}"`
    const piped = runProgram('bash', ['-c', script, process.execPath, perchBundle()], { env: home.env, cwd: home.home })
    // Something has to happen for it to notice.
    const happenings = (async () => {
      for (let index = 0; index < 3; index++) await perchText(home, ['exec', '-d', '--', 'true'])
    })()
    const done = await piped
    await happenings
    expect(done.stdout.toString()).toMatch(/^\{"seq":1,.*\}\n0\n$/)
    expect(done.stderr).toBe('')
  })

  test.each([['x'], ['-1'], ['1.5'], ['99999999999999999999'], ['7'], ['']])('with 2 for --since=%s', async (since) => {
    await using home = temporaryHome()
    const done = await perch(home, ['events', `--since=${since}`])
    expect(done.code).toBe(2)
    expect(done.stderr).toMatch(/^perch: /)
  })
})

test('it goes on when the daemon is replaced, and says when it is stopped', async () => {
  await using home = temporaryHome()
  await using following = startPerch(home, ['events', '--json', '--since', '0'])
  await perchText(home, ['exec', '-d', '-n', 'one', '--', 'sleep', '60'])
  await following.waitForOutput('"seq":1,')
  const first = await daemonPid(home)
  await perchText(home, ['daemon', 'restart'])
  expect(await daemonPid(home)).not.toBe(first)
  await perchText(home, ['kill', 'one'])
  await following.waitForOutput('"seq":2,')
  await perchText(home, ['daemon', 'stop'])
  await until(
    () => following.stderr().includes('the daemon was stopped'),
    20_000,
    () => `the message of ${following.stderr()}`,
  )
  await perchText(home, ['rm', 'one'])
  await following.waitForOutput('"seq":3,')
  expect(
    following
      .stdout()
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).type),
  ).toEqual(['created', 'ended', 'removed'])
})

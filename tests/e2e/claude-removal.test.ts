/** What a person reads at the start of a profile's session, and when its profile cannot be removed yet. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { profileFolder } from '../../src/platform/paths.js'
import { addClaudeProfile } from '../kit/agent-lab/claude-profile.js'
import { until } from '../kit/bounded.js'
import { perch, perchText } from '../kit/perch-program.js'
import { runtimeReleased } from '../kit/perch-session.js'
import { temporaryHome } from '../kit/temporary-home.js'

/** SIGKILL to a process of the test's own is quick; the next look at its state is not waited for longer. */
const GONE_BOUND_MS = 5_000

test('a shared home that was made is told, but not into the stderr that a script reads', async () => {
  await using home = temporaryHome()
  await addClaudeProfile(home, 'work')
  const detached = await perch(home, ['exec', 'work', '-d', '--', 'true'])
  expect(detached.stderr).toMatch(/\.claude did not exist and was made/)
  await runtimeReleased(home, 'work')

  rmSync(join(home.home, '.claude'), { recursive: true })
  const passedThrough = await perch(home, ['exec', 'work', '--', 'sh', '-c', 'echo own >&2'])
  expect(passedThrough.stderr).toBe('own\n')
  await runtimeReleased(home, 'work')
})

test('a program that outlives its session keeps the runtime, and the profile', async () => {
  await using home = temporaryHome()
  await addClaudeProfile(home, 'work')
  const leave = 'setsid sleep 1000 >/dev/null 2>&1 </dev/null & echo $!'
  const pid = Number(await perchText(home, ['exec', 'work', '--pipe', '--', 'sh', '-c', leave]))

  const refused = await perch(home, ['profile', 'rm', 'work', '--yes'])

  expect(refused).toMatchObject({ code: 4, stderr: expect.stringContaining(`process ${pid} uses it`) })
  expect(existsSync(join(profileFolder(home.paths, 'work'), 'runtime', 'projects'))).toBe(true)
  process.kill(pid, 'SIGKILL')
  await until(
    () => !isRunning(pid),
    GONE_BOUND_MS,
    () => `the end of ${pid}`,
  )
  await perchText(home, ['profile', 'rm', 'work', '--yes'])
  expect(existsSync(profileFolder(home.paths, 'work'))).toBe(false)
})

test('a profile of which only what its agent made again is left can be removed, and that is kept', async () => {
  await using home = temporaryHome()
  await addClaudeProfile(home, 'work')
  const folder = profileFolder(home.paths, 'work')
  rmSync(folder, { recursive: true })
  mkdirSync(join(folder, 'runtime'), { recursive: true, mode: 0o700 })
  writeFileSync(join(folder, 'runtime', 'NOTES.md'), 'remember')

  const broken = await perch(home, ['run', 'work'])
  expect(broken.stderr).toContain('perch profile rm work')
  await perchText(home, ['profile', 'rm', 'work', '--yes'])
  expect(existsSync(folder)).toBe(false)
  const kept = await perchText(home, ['exec', '--', 'sh', '-c', `cat "$1"/conflicts/work/*`, 'sh', home.perchHome])
  expect(kept).toBe('remember')
})

/** A zombie waits for its parent only. */
function isRunning(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    // Reaped.
    return false
  }
}

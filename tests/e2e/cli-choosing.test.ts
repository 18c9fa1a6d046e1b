/** Which profile is used where, as people choose it: `perch use`, `perch map`, `perch unmap`, `perch which`. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { perch, perchJson, perchText, startPerch } from '../kit/perch-program.js'
import { standInAgent, told } from '../kit/stand-in-agent.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'

const BOUND_MS = 120_000

/** A home with the profiles `work` and `client`, which need no agent. */
async function homeWithProfiles(): Promise<TemporaryHome> {
  const home = temporaryHome()
  for (const name of ['work', 'client']) {
    await perchText(home, ['profile', 'add', name, '--agent', 'command', '--command', '--', 'sh', '-c', 'echo $PERCH_PROFILE'])
  }
  return home
}

describe('the profile of a folder', { timeout: BOUND_MS }, () => {
  test('is that of the nearest rule; PERCH_PROFILE and an argument come before, the default after', async () => {
    await using home = await homeWithProfiles()
    const outer = home.folder('src')
    const inner = home.folder('src/client/deep')
    expect(await perchText(home, ['use', 'work'])).toBe('The default profile is work (before: default).')
    expect(await perchText(home, ['use'])).toBe('work')
    await perchText(home, ['map', 'default', outer])
    await perchText(home, ['map', 'client'], { cwd: join(outer, 'client') })
    expect(await perchText(home, ['which'], { cwd: inner })).toBe('client')
    expect(await perchText(home, ['run', '--pipe'], { cwd: inner })).toBe('client')
    expect(await perchText(home, ['run', '--pipe', '--cwd', inner])).toBe('client')
    expect(await perchText(home, ['run', '--pipe'])).toBe('work')
    expect(await perchText(home, ['run', '--pipe', '--profile', 'work'], { cwd: inner })).toBe('work')
    expect(await perchText(home, ['run', '--pipe'], { cwd: inner, env: { PERCH_PROFILE: 'work' } })).toBe('work')
    const twice = await perch(home, ['run', 'work', '--profile', 'client'])
    expect([twice.code, twice.stderr]).toEqual([2, expect.stringContaining('two profiles are asked for')])

    const folder = join(outer, 'client')
    expect(await perchJson(home, ['which'], { cwd: inner, env: { PERCH_PROFILE: 'work' } })).toEqual({
      schema: 1,
      profile: 'work',
      reason: 'env',
      considered: [
        { rule: 'flag', value: null, used: false },
        { rule: 'env', value: 'work', used: true },
        { rule: 'map', value: 'client', used: false, folder, outer: [{ folder: outer, profile: 'default' }] },
        { rule: 'default', value: 'work', used: false },
      ],
    })
    const explained = await perchText(home, ['which', '--explain'], { cwd: inner })
    expect(explained).toMatch(/client +client +used\n.*src +default\ndefault +work/)
    expect(await perchText(home, ['profile', 'ls'])).toMatch(/^work \(default\) /m)
  })

  test('belongs to the folder, whatever links lead there; and goes also when the folder is gone', async () => {
    await using home = await homeWithProfiles()
    const folder = home.folder('real/project')
    const link = join(home.root, 'link')
    symlinkSync(join(home.root, 'real'), link)
    expect(await perchJson(home, ['map', 'work', join(link, 'project')])).toEqual({
      schema: 1,
      folder,
      profile: 'work',
      previous: null,
    })
    expect(await perchText(home, ['run', '--pipe', '--cwd', join(link, 'project')])).toBe('work')
    rmSync(folder, { recursive: true })
    expect(await perchText(home, ['map'])).toMatch(/project +work +the folder is gone/)
    expect(await perchJson(home, ['unmap', join(link, 'project')])).toEqual({ schema: 1, folder, profile: 'work' })
    const again = await perch(home, ['unmap', folder])
    expect([again.code, again.stderr]).toEqual([3, expect.stringContaining('has no rule of its own')])
    expect(await perchJson(home, ['map'])).toEqual({ schema: 1, rules: [] })
  })

  test('is told where the rule of an outer folder applies', async () => {
    await using home = await homeWithProfiles()
    const folder = home.folder('a folder')
    await perchText(home, ['map', 'work', folder])
    const { code, stderr } = await perch(home, ['unmap', home.folder('a folder/inner')])
    expect(code).toBe(3)
    expect(stderr).toContain(`perch unmap '${folder}'`)
  })

  test('is never chosen by what lies in it', async () => {
    await using home = await homeWithProfiles()
    const folder = home.folder('cloned')
    const choices = '{"defaultProfile":"work","folderRules":{"/":"work"}}'
    mkdirSync(join(folder, '.perch'))
    for (const name of ['state.json', '.perch/state.json', '.perch.json']) writeFileSync(join(folder, name), choices)
    for (const name of ['.perch.toml', 'perch.toml', '.perch/config.toml', 'config.toml', '.envrc', '.env', '.perch-profile']) {
      writeFileSync(join(folder, name), 'PERCH_PROFILE = "work"\nprofile = "work"\n')
    }
    expect(await perchText(home, ['which'], { cwd: folder })).toBe('default')
  })

  test.each([
    ['a profile that there is not', ['use', 'nobody'], 3, 'there is no profile nobody'],
    ['a profile that there is not, for a folder', ['map', 'nobody'], 3, 'Known profiles: default, client, work'],
    ['a name that cannot be one', ['map', '../x'], 2, 'cannot be a profile'],
    ['a folder that there is not', ['map', 'work', 'missing'], 1, 'there is no folder'],
    ['a file', ['map', 'work', 'file'], 1, 'there is no folder'],
    ['too many words', ['use', 'work', 'client'], 2, 'does not know what to do with client'],
  ])('bad input changes nothing: %s', async (_, args, code, message) => {
    await using home = await homeWithProfiles()
    writeFileSync(join(home.home, 'file'), '')
    const done = await perch(home, args)
    expect([done.code, done.stderr]).toEqual([code, expect.stringContaining(message)])
    expect(existsSync(join(home.paths.state, 'state.json'))).toBe(false)
  })
})

describe('a profile that was chosen and is removed', { timeout: BOUND_MS }, () => {
  test('takes its rules along, and says so', async () => {
    await using home = await homeWithProfiles()
    const [one, other] = [home.folder('one'), home.folder('other')]
    await perchText(home, ['use', 'work'])
    await perchText(home, ['map', 'work', one])
    await perchText(home, ['map', 'client', other])
    expect(await perchText(home, ['profile', 'rm', 'work', '--yes'])).toBe(
      `Removed the profile work.\nIt was the default, which is the built-in profile default again.\n${one} has no rule any more.`,
    )
    expect(await perchText(home, ['use'])).toBe('default')
    expect(await perchJson(home, ['map'])).toMatchObject({ rules: [{ folder: other, profile: 'client' }] })
  })

  test('and whose rules were left behind by a kill: nothing runs under another account', async () => {
    await using home = await homeWithProfiles()
    const folder = home.folder('project')
    await perchText(home, ['map', 'work', folder])
    renameSync(join(home.paths.data, 'profiles/work'), join(home.root, 'away'))
    for (const args of [['which'], ['run', '--pipe'], ['env']]) {
      const { code, stdout, stderr } = await perch(home, args, { cwd: folder })
      expect([code, stdout.toString()]).toEqual([3, ''])
      expect(stderr).toContain(`there is no profile work, which the rule of ${folder} names`)
      expect(stderr).toContain(`perch unmap ${folder}`)
    }
    expect(await perchText(home, ['map'])).toMatch(/there is no such profile/)
  })
})

test(
  'several at once, and killed at any moment: every choice that was reported is there, and the file is whole',
  async () => {
    await using home = await homeWithProfiles()
    const folders = Array.from({ length: 12 }, (_, index) => home.folder(`f${index}`))
    const file = join(home.paths.state, 'state.json')
    const killed = folders.map(async (folder, index) => {
      await using running = startPerch(home, ['map', 'work', folder])
      if (index % 2 === 1) {
        await sleep(index * 10)
        running.kill('SIGKILL')
      }
      return (await running.finished).code === 0 ? folder : undefined
    })
    const reported = (await Promise.all(killed)).filter((folder) => folder !== undefined)
    expect(reported.length).toBeGreaterThanOrEqual(6)
    expect(Object.keys(JSON.parse(readFileSync(file, 'utf8')).folderRules)).toEqual(expect.arrayContaining(reported))
    await perchText(home, ['unmap', folders[0] ?? ''])
  },
  BOUND_MS,
)

test(
  'the agent of the profile is started in its environment',
  async () => {
    await using home = temporaryHome()
    const env = standInAgent(home, 'claude')
    await perchText(home, ['profile', 'add', 'work'], { env })
    const folder = home.folder('project')
    await perchText(home, ['map', 'work', folder], { env })
    const inside = told(await perchText(home, ['run', '--', 'a b'], { env, cwd: folder }))
    expect(inside).toMatchObject({ profile: 'work', config: join(home.paths.data, 'profiles/work/runtime'), arg: 'a b' })
    expect(told(await perchText(home, ['run'], { env }))).toMatchObject({ profile: 'default', config: '' })
  },
  BOUND_MS,
)

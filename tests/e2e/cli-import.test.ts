/** `perch import` from what other tools left in HOME, with invented tokens: also killed at every step, and where nothing can be written. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { IMPORT_STEPS } from '../../src/import/import-step.js'
import { profileFolders } from '../../src/profiles/profile-definition.js'
import { seen } from '../kit/bounded.js'
import { perch, perchJson, perchText } from '../kit/perch-program.js'
import { startProgram } from '../kit/running-program.js'
import { mountSmallDisk } from '../kit/small-disk.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'
import { openTerminal } from '../kit/terminal.js'
import { canMount, readOnlyFolder } from '../runtime/read-only-folder.js'

function loginOf(name: string): string {
  return JSON.stringify({
    claudeAiOauth: { accessToken: `at-${name}`, refreshToken: `rt-${name}`, expiresAt: 1 },
    mcpOAuth: { s: 1 },
  })
}

function write(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  writeFileSync(path, text, { mode: 0o600 })
  return path
}

const clauthFile = (home: TemporaryHome, name: string, file = 'credentials.json') =>
  join(home.home, '.clauth/profiles', name, file)

const swapFile = (home: TemporaryHome, path: string) => join(home.home, '.local/share/claude-swap', path)

function addClauth(home: TemporaryHome, name: string): string {
  return write(clauthFile(home, name), loginOf(name))
}

/** Accounts 1 (active), 2 and 3 of claude-swap. */
function addClaudeSwap(home: TemporaryHome): void {
  const emails = { 1: 'one@x.test', 2: 'two@x.test', 3: 'three@x.test' }
  const accounts = Object.fromEntries(Object.entries(emails).map(([number, email]) => [number, { email, uuid: `u${number}` }]))
  write(swapFile(home, 'sequence.json'), JSON.stringify({ activeAccountNumber: 1, sequence: [1, 2, 3], accounts }))
  for (const [number, email] of Object.entries(emails)) {
    const login = number === '3' ? 'not base64!' : Buffer.from(loginOf(email)).toString('base64')
    write(swapFile(home, `credentials/.creds-${number}-${email}.enc`), login)
    const account = { accountUuid: `u${number}`, emailAddress: email }
    write(
      swapFile(home, `configs/.claude-config-${number}-${email}.json`),
      JSON.stringify({ oauthAccount: account, projects: {} }),
    )
  }
}

const durable = (home: TemporaryHome, profile: string) =>
  join(profileFolders(home.paths, profile).credentials, '.credentials.json')

/** Every file in the home, with its content: what an import that changes nothing leaves the same. */
function contentOf(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return Object.fromEntries(
    files.map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name), 'utf8')]),
  )
}

/** Where this login can be found, in either form. */
function placesOf(home: TemporaryHome, name: string): readonly string[] {
  const forms = [`rt-${name}`, Buffer.from(loginOf(name)).toString('base64')]
  return Object.entries(contentOf(home.root)).flatMap(([path, text]) => (forms.some((form) => text.includes(form)) ? [path] : []))
}

const importYes = (home: TemporaryHome, ...args: readonly string[]) => perchText(home, ['import', '--yes', ...args])

describe('perch import', () => {
  test('moves what nobody else uses, tells to log in for the rest, and changes nothing the second time', async () => {
    await using home = temporaryHome()
    addClauth(home, 'work')
    const active = addClauth(home, 'play')
    write(join(home.home, '.clauth/profiles.toml'), 'active_profile = "play"\n')
    mkdirSync(join(home.home, '.claude'))
    symlinkSync(active, join(home.home, '.claude/.credentials.json'))
    write(clauthFile(home, 'torn'), '{"claudeAiOauth":')
    addClaudeSwap(home)
    const lab = write(join(home.home, '.claude-lab/.credentials.json'), loginOf('lab'))
    write(join(home.home, '.claude-lab/.claude.json'), '{"oauthAccount":{"emailAddress":"lab@x.test"},"theme":"dark"}')

    const before = contentOf(home.home)
    const planned = await perchText(home, ['import', '--dry-run'])
    for (const path of [clauthFile(home, 'work'), durable(home, 'work'), lab, durable(home, 'lab')])
      expect(planned).toContain(path)
    expect(planned).toContain('clauth torn: left alone')
    expect(planned).toContain('perch login play')
    expect(existsSync(home.perchHome)).toBe(false)

    // Nobody is asked here, and nobody has said yes: profiles, but no login of theirs.
    const asked = await perchText(home, ['import'])
    expect(contentOf(home.home)).toEqual(before)
    expect(asked).toContain('made the profile work')
    expect(asked).toContain('--yes moves it')
    expect(existsSync(durable(home, 'work'))).toBe(false)

    expect(await importYes(home)).not.toMatch(/[ar]t-/)
    const logins = { work: 'work', 'two@x.test': 'two@x.test', lab: 'lab' }
    for (const [profile, login] of Object.entries(logins)) {
      expect(readFileSync(durable(home, profile), 'utf8')).toBe(loginOf(login))
      expect(statSync(durable(home, profile)).mode & 0o777).toBe(0o600)
      expect(placesOf(home, login)).toEqual([durable(home, profile)])
    }
    // In use by the plain home, by way of their switchers.
    expect(placesOf(home, 'play')).toEqual([active])
    expect(placesOf(home, 'one@x.test')).toEqual([swapFile(home, 'credentials/.creds-1-one@x.test.enc')])

    const after = contentOf(home.root)
    expect(await importYes(home)).toContain('Nothing was changed.')
    expect(contentOf(home.root)).toEqual(after)
    expect(await perchJson(home, ['profile', 'ls'])).toMatchObject({
      profiles: expect.arrayContaining([
        expect.objectContaining({ name: 'lab', loggedIn: true, account: expect.objectContaining({ email: 'lab@x.test' }) }),
        expect.objectContaining({ name: 'play', loggedIn: false }),
      ]),
    })
  })

  test('an endpoint of clauth becomes a profile with its key, which nothing shows', async () => {
    await using home = temporaryHome()
    const config = 'base_url = "https://api.x.test/anthropic"\napi_key = "sk-secret"\n[env]\nA = "b"\n[models]\ndefault = "m"\n'
    write(clauthFile(home, 'api', 'config.toml'), config)
    write(clauthFile(home, 'odd', 'config.toml'), 'base_url = "file:///etc"\napi_key = 7\n[env]\n"A=B" = "c"\n')
    const document = await perchJson(home, ['import'])
    expect(document).toMatchObject({
      schema: 1,
      dryRun: false,
      items: [
        { source: 'clauth', account: 'api', profile: 'api', outcome: 'new', login: 'none', error: null },
        { account: 'odd', outcome: 'new', notes: [expect.stringContaining('base_url'), expect.stringContaining('[env]')] },
      ],
    })
    expect(JSON.stringify(document)).not.toContain('sk-secret')
    const { file } = profileFolders(home.paths, 'api')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    for (const part of [
      'ANTHROPIC_AUTH_TOKEN = "sk-secret"',
      'base-url = "https://api.x.test/anthropic"',
      'model = "m"',
      'A = "b"',
    ]) {
      expect(readFileSync(file, 'utf8')).toContain(part)
    }
    expect(readFileSync(clauthFile(home, 'api', 'config.toml'), 'utf8')).toBe(config)
    expect(await perchText(home, ['profile', 'show', 'api'])).not.toContain('sk-secret')
  })

  test('the plain home keeps its login, named or not', async () => {
    await using home = temporaryHome()
    const plain = write(join(home.home, '.claude/.credentials.json'), loginOf('mine'))
    symlinkSync(join(home.home, '.claude'), join(home.home, '.claude-link'))
    for (const path of ['.claude', '.claude-link']) {
      expect(await importYes(home, join(home.home, path))).toContain('its login stays there')
    }
    expect(await importYes(home)).toContain('nothing to import')
    expect(placesOf(home, 'mine')).toEqual([plain])
    expect(await perch(home, ['import', join(home.home, 'nowhere')])).toMatchObject({ code: 1 })
    expect(await perch(home, ['import', '--from', 'elsewhere'])).toMatchObject({ code: 2 })
    expect(await perch(home, ['import', '--from', 'clauth', home.home])).toMatchObject({ code: 2 })
  })

  test('of folders that are named the others stay as they are', async () => {
    await using home = temporaryHome()
    const lab = write(join(home.home, '.claude-lab/.credentials.json'), loginOf('lab'))
    const named = write(join(home.home, 'elsewhere/.credentials.json'), loginOf('named'))
    await importYes(home, dirname(named))
    expect(placesOf(home, 'named')).toEqual([durable(home, 'elsewhere')])
    expect(placesOf(home, 'lab')).toEqual([lab])
    expect(readdirSync(join(home.perchHome, 'profiles'))).toEqual(['elsewhere'])
  })

  test('what uses a login keeps it: an agent in its folder, the switcher itself', async () => {
    await using home = temporaryHome()
    const lab = write(join(home.home, '.claude-lab/.credentials.json'), loginOf('lab'))
    const work = addClauth(home, 'work')
    {
      symlinkSync('/bin/sleep', join(home.root, 'clauth'))
      const env = { ...home.env, CLAUDE_CONFIG_DIR: dirname(lab) }
      await using agent = startProgram('/bin/sleep', ['600'], { env })
      await using switcher = startProgram(join(home.root, 'clauth'), ['600'], { env: home.env })
      for (const { pid } of [agent, switcher]) {
        await seen('the program', () => readFileSync(`/proc/${pid}/cmdline`, 'utf8').endsWith('\u0000600\0'))
      }
      const told = await importYes(home)
      expect(told).toContain(`process ${agent.pid} has its folder in its environment`)
      expect(told).toContain(`clauth runs (process ${switcher.pid})`)
      expect([existsSync(lab), existsSync(work)]).toEqual([true, true])
    }
    const pointed = await perchText(home, ['import', '--yes', '--from', 'home'], { env: { CLAUDE_CONFIG_DIR: dirname(lab) } })
    expect(pointed).toContain('CLAUDE_CONFIG_DIR of this shell names its folder')
    expect(existsSync(lab)).toBe(true)
    await importYes(home)
    expect(placesOf(home, 'lab')).toEqual([durable(home, 'lab')])
    expect(placesOf(home, 'work')).toEqual([durable(home, 'work')])
  })

  test('on a terminal it asks before it moves a login', async () => {
    await using home = temporaryHome()
    const source = addClauth(home, 'work')
    for (const [answer, place] of [
      ['n', source],
      ['y', durable(home, 'work')],
    ] as const) {
      await using terminal = await openTerminal(home, ['import'])
      await terminal.waitForText('Move this login to perch? [y/N]')
      await terminal.type(`${answer}\r`)
      expect(await terminal.exit()).toEqual({ code: 0, signal: null })
      expect(placesOf(home, 'work')).toEqual([place])
    }
  })

  test('two at once make one profile of each account', async () => {
    await using home = temporaryHome()
    for (const name of ['a', 'b', 'c']) addClauth(home, name)
    await Promise.all([importYes(home), importYes(home), importYes(home)])
    expect(readdirSync(join(home.perchHome, 'profiles')).sort()).toEqual(['a', 'b', 'c'])
    for (const name of ['a', 'b', 'c']) expect(placesOf(home, name)).toEqual([durable(home, name)])
  })

  test.each(IMPORT_STEPS)(
    'killed at %s, the login is in one place that can be used, and the next import completes it',
    async (step) => {
      await using home = temporaryHome()
      const source = addClauth(home, 'work')
      const killed = await perch(home, ['import', '--yes'], { env: { PERCH_FAILPOINT: step } })
      expect(killed.signal).toBe('SIGKILL')
      expect(placesOf(home, 'work')).not.toEqual([])
      expect([source, durable(home, 'work')].filter((path) => existsSync(path)).length).toBeLessThanOrEqual(1)
      await importYes(home)
      expect(placesOf(home, 'work')).toEqual([durable(home, 'work')])
      expect(readFileSync(durable(home, 'work'), 'utf8')).toBe(loginOf('work'))
      expect(await importYes(home)).toContain('Nothing was changed.')
    },
  )

  test('a login made in the profile while an import was interrupted wins; the one on its way is kept', async () => {
    await using home = temporaryHome()
    const source = addClauth(home, 'work')
    await perch(home, ['import', '--yes'], { env: { PERCH_FAILPOINT: 'import-set-aside' } })
    const { stdout } = await perch(home, ['doctor', '--json'])
    expect(stdout.toString()).toContain('"import-interrupted"')
    write(durable(home, 'work'), loginOf('own'))
    expect(await perchText(home, ['import'])).toContain('is kept in')
    expect(readFileSync(durable(home, 'work'), 'utf8')).toBe(loginOf('own'))
    const [kept] = placesOf(home, 'work')
    expect(dirname(kept ?? '')).toBe(dirname(source))
    expect(statSync(kept ?? '').mode & 0o777).toBe(0o600)
  })

  test('a login that is on its way is not forgotten: not with its profile, nor when its folder is away for a while', async () => {
    await using home = temporaryHome()
    const folder = dirname(addClauth(home, 'work'))
    await perch(home, ['import', '--yes'], { env: { PERCH_FAILPOINT: 'import-set-aside' } })
    const removed = await perch(home, ['profile', 'rm', 'work', '--yes'])
    expect(removed).toMatchObject({ code: 4, stderr: expect.stringContaining('perch import') })

    renameSync(folder, join(home.home, 'away'))
    expect(await perch(home, ['import'])).toMatchObject({ code: 4, stderr: expect.stringContaining('is not there') })
    renameSync(join(home.home, 'away'), folder)
    await importYes(home)
    expect(placesOf(home, 'work')).toEqual([durable(home, 'work')])
    await perchText(home, ['profile', 'rm', 'work', '--yes'])
  })

  test.skipIf(!canMount())('a source that can only be read keeps its login, and no other is stopped by it', async () => {
    await using home = temporaryHome()
    const source = addClauth(home, 'a')
    addClauth(home, 'b')
    const mounted = readOnlyFolder(dirname(source))
    try {
      const done = await perch(home, ['import', '--yes'])
      expect(done).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be written') })
    } finally {
      mounted.release()
    }
    expect(placesOf(home, 'a')).toEqual([source])
    expect(placesOf(home, 'b')).toEqual([durable(home, 'b')])
    await importYes(home)
    expect(placesOf(home, 'a')).toEqual([durable(home, 'a')])
  })

  test.skipIf(!canMount())('a disk that is full leaves the login in its source, also when that shows last', async () => {
    await using home = temporaryHome()
    const source = addClauth(home, 'work')
    await perchText(home, ['import'])
    const { root, credentials } = profileFolders(home.paths, 'work')
    for (const folder of [root, credentials]) {
      await using disk = mountSmallDisk(folder, 'size=64k,mode=700')
      if (folder === root) {
        // What the profile had is under the mount: it is another one of that name, and as good.
        write(join(root, 'profile.toml'), 'agent = "claude"\n')
        const note = { source: 'clauth', key: dirname(source), label: 'work', at: '', login: 'left', moving: null }
        write(join(root, 'imported.json'), JSON.stringify(note))
        for (const name of ['sync', 'leases', 'credentials']) mkdirSync(join(root, name))
      }
      disk.fill()
      expect(await perch(home, ['import', '--yes'])).toMatchObject({ code: 1, stderr: expect.stringContaining('no space left') })
      expect(placesOf(home, 'work')).toEqual([source])
    }
    await importYes(home)
    expect(placesOf(home, 'work')).toEqual([durable(home, 'work')])
  })

  test('what a profile holds beside a login stays when the login comes later', async () => {
    await using home = temporaryHome()
    addClauth(home, 'work')
    await perchText(home, ['import'])
    write(durable(home, 'work'), '{"mcpOAuth":{"other":2}}')
    await importYes(home)
    expect(JSON.parse(readFileSync(durable(home, 'work'), 'utf8'))).toEqual({
      ...JSON.parse(loginOf('work')),
      mcpOAuth: { s: 1, other: 2 },
    })
  })

  test('names and files that mean harm are harmless', async () => {
    await using home = temporaryHome()
    addClauth(home, '\u001b]0;owned\u0007')
    addClauth(home, 'default')
    symlinkSync(
      write(join(home.home, 'elsewhere'), loginOf('else')),
      write(clauthFile(home, 'link', 'x'), '').replace(/x$/, 'credentials.json'),
    )
    write(swapFile(home, 'sequence.json'), '{"accounts":{"1":{"email":"../../../x"},"2":null,"__proto__":{"email":"a@b"}}}')
    write(join(home.home, '.clauth/profiles.toml'), 'active_profile = [')
    const told = await perchText(home, ['import', '--yes'])
    expect(told).not.toMatch(/[\u001b\u0007]/)
    expect(told).toContain('clauth link: left alone')
    expect(told).toContain('profiles.toml, line 1')
    expect(told).toContain('names no usable address for its account 1')
    expect(readdirSync(join(home.perchHome, 'profiles')).sort()).toEqual(['0-owned', 'default-2'])
    expect(existsSync(join(home.home, 'elsewhere'))).toBe(true)
  })
})

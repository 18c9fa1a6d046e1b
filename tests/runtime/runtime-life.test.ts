import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { blankedLogin, login, openProfileLab, readJson, readText, showsLogin, writeByRename, writeNew } from './profile-lab.js'

describe('a runtime that is built', () => {
  test('links shared entries to their final path and private ones to the state of the profile', async () => {
    await using lab = await openProfileLab()
    writeNew(lab.inShared('CLAUDE.md'), 'rules')
    writeNew(lab.inShared('sessions', '1.json'), 'of the plain home')
    writeNew(join(lab.home, 'dotfiles', 'keybindings.json'), '{}')
    symlinkSync('../dotfiles/keybindings.json', lab.inShared('keybindings.json'))
    writeNew(lab.inShared('never-heard-of'), 'x')
    const runtime = await lab.acquire()
    expect(runtime).toMatchObject({ folder: lab.folders.runtime, sharedHome: lab.sharedHome, linkMode: 'link' })
    expect(readlinkSync(lab.inRuntime('CLAUDE.md'))).toBe(lab.inShared('CLAUDE.md'))
    expect(readlinkSync(lab.inRuntime('projects'))).toBe(lab.inShared('projects'))
    expect(readlinkSync(lab.inRuntime('keybindings.json'))).toBe(join(lab.home, 'dotfiles', 'keybindings.json'))
    expect(readlinkSync(lab.inRuntime('never-heard-of'))).toBe(lab.inShared('never-heard-of'))
    expect(readlinkSync(lab.inRuntime('sessions'))).toBe(join(lab.folders.state, 'sessions'))
    expect(readdirSync(lab.inRuntime('sessions'))).toEqual([])
    expect(await lab.release()).toMatchObject({ kept: false })
    expect(existsSync(lab.folders.runtime)).toBe(false)
  })

  test('makes the shared home of a fresh machine, 0700, and says so', async () => {
    await using lab = await openProfileLab({ sharedHome: false })
    const runtime = await lab.acquire()
    expect(runtime.notices.join()).toContain('did not exist and was made')
    expect(statSync(lab.sharedHome).mode & 0o777).toBe(0o700)
    expect(lstatSync(lab.inRuntime('projects')).isSymbolicLink()).toBe(true)
    expect(lstatSync(lab.inRuntime('history.jsonl')).isSymbolicLink()).toBe(true)
    await lab.release()
  })

  test('has the same path for ever, and 0700 folders with 0600 files', async () => {
    await using lab = await openProfileLab()
    writeNew(lab.globalDocument, '{"theme":"dark"}')
    const first = await lab.acquire()
    expect(statSync(lab.folders.runtime).mode & 0o777).toBe(0o700)
    expect(statSync(lab.inRuntime('.claude.json')).mode & 0o777).toBe(0o600)
    await lab.release()
    expect((await lab.acquire('two')).folder).toBe(first.folder)
    await lab.release('two')
  })

  test('the plain home of `default` and a command have none', async () => {
    await using lab = await openProfileLab({ changes: { plainHome: true } })
    expect(await lab.acquire()).toMatchObject({ folder: null, leasePath: null, linkMode: null })
    expect(await lab.release()).toMatchObject({ kept: false })
    await using command = await openProfileLab({ agent: 'command' })
    expect(await command.acquire()).toMatchObject({ folder: null, leasePath: null })
  })

  test('a profile moves an entry between shared and private', async () => {
    await using lab = await openProfileLab({ changes: { private: ['history.jsonl'], share: ['debug'] } })
    writeNew(lab.inShared('history.jsonl'), 'of the person\n')
    await lab.acquire()
    expect(existsSync(lab.inRuntime('history.jsonl'))).toBe(false)
    writeNew(lab.inRuntime('history.jsonl'), 'of the profile\n')
    expect(readlinkSync(lab.inRuntime('debug'))).toBe(lab.inShared('debug'))
    await lab.release()
    expect(readText(lab.inShared('history.jsonl'))).toBe('of the person\n')
    await lab.acquire()
    expect(readText(lab.inRuntime('history.jsonl'))).toBe('of the profile\n')
    await lab.release()
  })

  test('an isolated profile shares nothing and keeps all of its own', async () => {
    await using lab = await openProfileLab({ changes: { isolated: true, settings: { model: 'small' } } })
    writeNew(lab.inShared('CLAUDE.md'), 'rules')
    writeNew(lab.globalDocument, '{"theme":"dark"}')
    await lab.acquire()
    expect(existsSync(lab.inRuntime('CLAUDE.md'))).toBe(false)
    expect(readJson(lab.inRuntime('settings.json'))).toEqual({ model: 'small' })
    writeByRename(lab.inRuntime('.claude.json'), '{"theme":"light"}')
    writeNew(lab.inRuntime('notes'), 'mine')
    await lab.release()
    expect(readJson(lab.globalDocument)).toEqual({ theme: 'dark' })
    expect(existsSync(lab.inShared('notes'))).toBe(false)
    await lab.acquire()
    expect(readJson(lab.inRuntime('.claude.json'))).toEqual({ theme: 'light' })
    expect(readText(lab.inRuntime('notes'))).toBe('mine')
    await lab.release()
  })
})

describe.each(['link', 'copy'] as const)('what a session left is adopted at release, in %s mode', (linkMode) => {
  test('a login that the client put in place of the link (failure 2), with its unknown fields (failure 25)', async () => {
    await using lab = await openProfileLab({ linkMode })
    writeNew(lab.durableLogin, login('old', { mcpOAuth: { server: { token: 't' } }, future: 1 }))
    await lab.acquire()
    const fresh = login('fresh', { mcpOAuth: { server: { token: 't' } }, future: 1 }, 1)
    writeByRename(lab.inRuntime('.credentials.json'), fresh)
    expect(await lab.release()).toMatchObject({ kept: false })
    expect(readText(lab.durableLogin)).toBe(fresh)
    expect(statSync(lab.durableLogin).mode & 0o777).toBe(0o600)
    await lab.acquire()
    expect(showsLogin(lab)).toBe(true)
    expect(readText(lab.inRuntime('.credentials.json'))).toBe(fresh)
    await lab.release()
  })

  test('a half-written or empty login never replaces a good one, and is kept aside (failure 1)', async () => {
    for (const bad of ['', '{}', '{"claudeAiOauth":{"accessTok', 'null', '[]']) {
      await using lab = await openProfileLab({ linkMode })
      writeNew(lab.durableLogin, login('good'))
      await lab.acquire()
      writeByRename(lab.inRuntime('.credentials.json'), bad)
      expect(await lab.release()).toMatchObject({ kept: false })
      expect(readText(lab.durableLogin)).toBe(login('good'))
      expect(lab.conflicts()).toContain(bad)
    }
  })

  test('a blanked login is a logout, not something to protect (failure 5); the old one is kept aside', async () => {
    await using lab = await openProfileLab({ linkMode })
    writeNew(lab.durableLogin, login('good'))
    await lab.acquire()
    const blanked = blankedLogin({ mcpOAuth: { server: {} } })
    writeByRename(lab.inRuntime('.credentials.json'), blanked)
    const released = await lab.release()
    expect(released.notices.join()).toContain('logged out')
    expect(readText(lab.durableLogin)).toBe(blanked)
    expect(lab.conflicts()).toEqual([login('good')])
  })

  test('a login that the client deleted is a logout; one that perch never linked is not', async () => {
    await using lab = await openProfileLab({ linkMode })
    writeNew(lab.durableLogin, login('good'))
    await lab.acquire()
    rmSync(lab.inRuntime('.credentials.json'))
    await lab.release()
    expect(existsSync(lab.durableLogin)).toBe(false)
    expect(lab.conflicts()).toEqual([login('good')])
    writeNew(lab.durableLogin, login('again'))
    mkdirSync(lab.folders.runtime)
    await lab.acquire()
    expect(readText(lab.durableLogin)).toBe(login('again'))
    await lab.release()
  })

  test('the only copy of a fresh login, in the staging file of a client that was killed before its rename', async () => {
    await using lab = await openProfileLab({ linkMode })
    writeNew(lab.durableLogin, login('spent'))
    await lab.acquire()
    writeFileSync(lab.inRuntime('.credentials.json.tmp.9f3a'), login('minted'))
    await lab.release()
    expect(readText(lab.durableLogin)).toBe(login('minted'))
  })

  test('keys of .claude.json reach the shared document, the private ones stay (failure 12)', async () => {
    await using lab = await openProfileLab({ linkMode })
    const secrets = {
      oauthAccount: { accountUuid: 'person' },
      primaryApiKey: 'sk-person',
      customApiKeyResponses: { approved: ['x'] },
    }
    writeNew(lab.globalDocument, JSON.stringify({ ...secrets, theme: 'dark', projects: { '/a': { trust: true } } }, null, 2))
    await lab.acquire()
    const seeded = readJson(lab.inRuntime('.claude.json'))
    expect(seeded).toEqual({ theme: 'dark', projects: { '/a': { trust: true } } })
    const changed = {
      ...seeded,
      oauthAccount: { accountUuid: 'work' },
      theme: 'light',
      projects: { '/a': { trust: true }, '/b': {} },
    }
    writeByRename(lab.inRuntime('.claude.json'), JSON.stringify(changed))
    await lab.release()
    expect(readJson(lab.globalDocument)).toEqual({
      ...secrets,
      theme: 'light',
      projects: { '/a': { trust: true }, '/b': {} },
    })
    expect(readText(lab.globalDocument)).toMatch(/^\{\n {2}"oauthAccount"/)
    await lab.acquire()
    expect(readJson(lab.inRuntime('.claude.json'))).toMatchObject({ oauthAccount: { accountUuid: 'work' }, theme: 'light' })
    await lab.release()
    const kept = readdirSync(lab.folders.sync, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    expect(kept.some((entry) => readText(join(entry.parentPath, entry.name)).includes('sk-person'))).toBe(false)
  })

  test('two profiles that add different keys both keep theirs (failure 13)', async () => {
    await using lab = await openProfileLab({ linkMode })
    await using other = await lab.add('play')
    writeNew(lab.globalDocument, '{"theme":"dark","mcpServers":{}}')
    await lab.acquire()
    await other.acquire()
    writeByRename(lab.inRuntime('.claude.json'), '{"theme":"dark","mcpServers":{"one":{"command":"1"}},"editor":"vi"}')
    writeByRename(other.inRuntime('.claude.json'), '{"theme":"dark","mcpServers":{"two":{"command":"2"}},"verbose":true}')
    await lab.release()
    await other.release()
    expect(readJson(lab.globalDocument)).toEqual({
      theme: 'dark',
      mcpServers: { one: { command: '1' }, two: { command: '2' } },
      editor: 'vi',
      verbose: true,
    })
  })

  test('a client that reset its document erases nobody else (failure 13)', async () => {
    await using lab = await openProfileLab({ linkMode })
    const full = { a: 1, b: 2, c: 3, d: 4, projects: { '/x': {}, '/y': {}, '/z': {} } }
    writeNew(lab.globalDocument, JSON.stringify(full))
    await lab.acquire()
    writeByRename(lab.inRuntime('.claude.json'), '{"a":9}')
    await lab.release()
    expect(readJson(lab.globalDocument)).toEqual(full)
    expect(lab.conflicts()).toEqual(['{"a":9}'])
    expect(lab.journal().some(({ what }) => what === 'not-followed')).toBe(true)
  })

  test('a new file and a new folder at the top level, and private ones for the profile (failure 11)', async () => {
    await using lab = await openProfileLab({ linkMode })
    await lab.acquire()
    writeNew(lab.inRuntime('notes.md'), 'new file')
    writeNew(lab.inRuntime('workflows', 'deep', 'a.md'), 'new folder')
    writeNew(lab.inRuntime('stats-cache.json'), '{"of":"work"}')
    await lab.release()
    expect(readText(lab.inShared('notes.md'))).toBe('new file')
    expect(readText(lab.inShared('workflows', 'deep', 'a.md'))).toBe('new folder')
    expect(existsSync(lab.inShared('stats-cache.json'))).toBe(false)
    expect(existsSync(lab.folders.runtime)).toBe(false)
    await lab.acquire()
    expect(readText(lab.inRuntime('stats-cache.json'))).toBe('{"of":"work"}')
    await lab.release()
  })

  test('a linked file that the client replaced, with the mode that the person gave it (failures 11 and 15)', async () => {
    await using lab = await openProfileLab({ linkMode })
    writeNew(lab.inShared('statusline.sh'), 'old')
    chmodSync(lab.inShared('statusline.sh'), 0o755)
    await lab.acquire()
    writeByRename(lab.inRuntime('statusline.sh'), 'new')
    await lab.release()
    expect(readText(lab.inShared('statusline.sh'))).toBe('new')
    expect(statSync(lab.inShared('statusline.sh')).mode & 0o777).toBe(0o755)
    expect(lab.conflicts()).toEqual([])
  })

  test('a file changed on both sides: the newer wins, the other is kept', async () => {
    await using lab = await openProfileLab({ linkMode })
    writeNew(lab.inShared('CLAUDE.md'), 'before')
    for (const [atMs, winner, loser] of [
      [Date.now() + 60_000, 'session 1', 'person 1'],
      [1_000, 'person 2', 'session 2'],
    ] as const) {
      const [person, session] = [winner, loser].sort()
      await lab.acquire()
      writeFileSync(lab.inShared('CLAUDE.md'), person ?? '')
      writeByRename(lab.inRuntime('CLAUDE.md'), session ?? '', atMs)
      await lab.release()
      expect(readText(lab.inShared('CLAUDE.md'))).toBe(winner)
      expect(lab.conflicts()).toContain(loser)
    }
  })

  test('lines that were appended to two copies of the history', async () => {
    await using lab = await openProfileLab({ linkMode })
    writeNew(lab.inShared('history.jsonl'), '{"n":1}\n')
    await lab.acquire()
    writeByRename(lab.inRuntime('history.jsonl'), '{"n":1}\n{"n":2}\n')
    appendFileSync(lab.inShared('history.jsonl'), '{"n":3}\n')
    await lab.release()
    expect(readText(lab.inShared('history.jsonl'))).toBe('{"n":1}\n{"n":3}\n{"n":2}\n')
  })

  test('a folder in place of a link is united with the shared one', async () => {
    await using lab = await openProfileLab({ linkMode })
    writeNew(lab.inShared('commands', 'a.md'), 'a')
    await lab.acquire()
    rmSync(lab.inRuntime('commands'), { recursive: true })
    writeNew(lab.inRuntime('commands', 'b.md'), 'b')
    writeNew(lab.inRuntime('commands', 'a.md'), 'a')
    await lab.release()
    expect(readdirSync(lab.inShared('commands')).sort()).toEqual(['a.md', 'b.md'])
    expect(lab.conflicts()).toEqual([])
  })

  test('a file where the shared home has a folder is kept aside', async () => {
    await using lab = await openProfileLab({ linkMode })
    await lab.acquire()
    rmSync(lab.inRuntime('todos'), { recursive: true })
    writeNew(lab.inRuntime('todos'), 'a file')
    await lab.release()
    expect(statSync(lab.inShared('todos')).isDirectory()).toBe(true)
    expect(lab.conflicts()).toEqual(['a file'])
  })

  test('a new link means the same in the shared home', async () => {
    await using lab = await openProfileLab({ linkMode })
    writeNew(lab.inShared('CLAUDE.md'), 'rules')
    await lab.acquire()
    symlinkSync('CLAUDE.md', lab.inRuntime('AGENTS.md'))
    symlinkSync(lab.inRuntime('CLAUDE.md'), lab.inRuntime('absolute.md'))
    await lab.release()
    expect(readText(lab.inShared('AGENTS.md'))).toBe('rules')
    expect(readText(lab.inShared('absolute.md'))).toBe('rules')
    expect(existsSync(lab.folders.runtime)).toBe(false)
  })

  test('what was deleted in the shared home does not come back (failure 17), and a link deleted in a runtime deletes nothing', async () => {
    await using lab = await openProfileLab({ linkMode })
    writeNew(lab.inShared('gone.md'), 'x')
    writeNew(lab.inShared('stays.md'), 'y')
    await lab.acquire()
    rmSync(lab.inShared('gone.md'))
    rmSync(lab.inRuntime('stays.md'))
    await lab.acquire('two')
    expect(lstatSync(lab.inRuntime('gone.md'), { throwIfNoEntry: false })).toBeUndefined()
    // A file is not a link: deleting it deletes it.
    if (linkMode === 'link') expect(readText(lab.inRuntime('stays.md'))).toBe('y')
    await lab.release()
    await lab.release('two')
    expect(existsSync(lab.inShared('gone.md'))).toBe(false)
    expect(existsSync(lab.inShared('stays.md'))).toBe(linkMode === 'link')
  })

  test('settings: a change inside a session is shared, overlay, model and logins are not', async () => {
    await using lab = await openProfileLab({
      linkMode,
      changes: { settings: { permissions: { defaultMode: 'plan' } }, env: {} },
    })
    const shared = {
      theme: 'dark',
      model: 'of-person',
      env: { ANTHROPIC_API_KEY: 'sk-person', FOO: '1' },
      permissions: { allow: ['a'] },
    }
    writeNew(lab.inShared('settings.json'), JSON.stringify(shared, null, 4))
    await lab.acquire()
    const seeded = readJson(lab.inRuntime('settings.json'))
    expect(seeded).toEqual({ theme: 'dark', env: { FOO: '1' }, permissions: { allow: ['a'], defaultMode: 'plan' } })
    writeByRename(
      lab.inRuntime('settings.json'),
      JSON.stringify({ ...seeded, theme: 'light', model: 'of-work', permissions: { allow: ['a', 'b'], defaultMode: 'plan' } }),
    )
    await lab.release()
    expect(readJson(lab.inShared('settings.json'))).toEqual({ ...shared, theme: 'light', permissions: { allow: ['a', 'b'] } })
    expect(readText(lab.inShared('settings.json'))).toContain('\n    "theme"')
    await lab.acquire()
    expect(readJson(lab.inRuntime('settings.json'))).toMatchObject({ model: 'of-work', theme: 'light' })
    await lab.release()
  })
})

describe.each(['link', 'copy'] as const)('the other agents, in %s mode', (linkMode) => {
  test.each([
    ['codex', 'auth.json', '{"OPENAI_API_KEY":null,"tokens":{"access_token":"a","refresh_token":"b"}}'],
    ['gemini', 'oauth_creds.json', '{"access_token":"a","refresh_token":"b","expiry_date":1}'],
    ['opencode', 'auth.json', '{"anthropic":{"type":"oauth","access":"a","refresh":"b"}}'],
  ])('%s: the login survives in the profile, however it was written', async (agent, file, content) => {
    await using lab = await openProfileLab({ agent, linkMode })
    await lab.acquire()
    writeFileSync(lab.inRuntime(file), content)
    // A link is written through at once; a copy is taken over by live sync, or at the end.
    if (linkMode === 'link') expect(readText(lab.durableLogin)).toBe(content)
    writeByRename(lab.inRuntime(file), content.replace('"a"', '"c"'))
    writeNew(lab.inRuntime('some.db'), 'private')
    if (agent === 'opencode') writeNew(join(lab.folders.runtime, 'other-tool', 'data'), 'of another program')
    expect(await lab.release()).toMatchObject({ kept: false })
    expect(readText(lab.durableLogin)).toContain('"c"')
    expect(existsSync(lab.inShared('some.db'))).toBe(false)
    await lab.acquire()
    expect(readText(lab.inRuntime('some.db'))).toBe('private')
    if (agent === 'opencode') expect(readText(join(lab.folders.runtime, 'other-tool', 'data'))).toBe('of another program')
    await lab.release()
  })
})

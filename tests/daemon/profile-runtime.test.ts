/** What a session holds of its profile's runtime, from the start to the last word, with a stand-in for the agent. */
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { NewSession } from '../../src/api/control.js'
import type { PerchClient } from '../../src/client/perch-client.js'
import { type ProfileFolders, profileFolders } from '../../src/profiles/profile-definition.js'
import { until } from '../kit/bounded.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'
import { clientOf, commandSession, daemonPid, ended, killDaemon, logText, TEST_BOUND_MS } from './kit/sessions.js'

const LOGIN = JSON.stringify({
  claudeAiOauth: { accessToken: 'invented-a', refreshToken: 'invented-r', expiresAt: 4102444800000 },
})

/** A program named `claude` that does what the script says, in the home's own folder of programs. */
function standInAgent(home: TemporaryHome, script: string): Readonly<Record<string, string>> {
  const bin = home.folder('bin')
  const program = join(bin, 'claude')
  writeFileSync(program, `#!/bin/sh\n${script}\n`)
  chmodSync(program, 0o755)
  return { ...home.env, PATH: [bin, home.env.PATH].join(delimiter) }
}

async function workProfile(home: TemporaryHome): Promise<{ client: PerchClient; folders: ProfileFolders }> {
  const client = clientOf(home)
  const { nextStep, profile } = await client.createProfile({ name: 'work', agent: 'claude' })
  expect(nextStep).toContain('perch run work')
  expect(profile).toMatchObject({ agent: 'claude', loggedIn: false, linkMode: null })
  return { client, folders: profileFolders(home.paths, 'work') }
}

function agentSession(home: TemporaryHome, env: Readonly<Record<string, string>>, args: readonly string[] = []): NewSession {
  return commandSession(home, [], { profile: 'work', env: { ...env }, program: { kind: 'agent', args: [...args] } })
}

function leases(folders: ProfileFolders): readonly string[] {
  return readdirSync(folders.leases).filter((name) => name.endsWith('.json'))
}

/** The runtime is given back after the exit is known, so it is waited for. */
function released(folders: ProfileFolders): Promise<boolean> {
  return until(
    () => leases(folders).length === 0 && !existsSync(folders.runtime),
    TEST_BOUND_MS,
    () => 'the runtime to be given back',
  )
}

describe('a session of a profile', () => {
  test('runs in the runtime, under a lease, and gives back what the agent left there', async () => {
    await using home = temporaryHome()
    const { client, folders } = await workProfile(home)
    const env = standInAgent(
      home,
      `echo "$CLAUDE_CONFIG_DIR $* $ANTHROPIC_API_KEY"
       printf '%s' '${LOGIN}' > "$CLAUDE_CONFIG_DIR/.credentials.json.tmp1"
       mv "$CLAUDE_CONFIG_DIR/.credentials.json.tmp1" "$CLAUDE_CONFIG_DIR/.credentials.json"
       echo note > "$CLAUDE_CONFIG_DIR/new-file.md"
       read go`,
    )
    const { session } = await client.createSession(
      agentSession(home, { ...env, ANTHROPIC_API_KEY: 'of-the-shell' }, ['-p', 'hi']),
    )
    expect(session).toMatchObject({ profile: 'work', agent: 'claude', state: 'running' })
    expect(session.argv.slice(-2)).toEqual(['-p', 'hi'])
    expect(leases(folders)).toEqual([`${session.id}.json`])
    expect((await client.listProfiles()).profiles[1]).toMatchObject({
      name: 'work',
      sessions: 1,
      linkMode: 'link',
      runtime: folders.runtime,
    })
    const written = () => existsSync(join(folders.runtime, 'new-file.md'))
    await until(written, TEST_BOUND_MS, () => 'the agent to write')

    await client.killSession(session.id)
    await released(folders)
    expect(readFileSync(join(folders.credentials, '.credentials.json'), 'utf8')).toBe(LOGIN)
    expect(readFileSync(join(home.home, '.claude', 'new-file.md'), 'utf8')).toBe('note\n')
    const [config, ...args] = (await logText(client, session.id, 'stdout')).trim().split(' ')
    expect(config).toBe(folders.runtime)
    expect(args.slice(-2)).toEqual(['-p', 'hi'])
    expect((await client.showProfile('work')).profile).toMatchObject({ loggedIn: true, sessions: 0 })
    await client.removeProfile('work')
    expect(existsSync(folders.root)).toBe(false)
  })

  test('shares the runtime with its siblings, and the last one takes it down', async () => {
    await using home = temporaryHome()
    const { client, folders } = await workProfile(home)
    const env = standInAgent(home, 'read go')
    const started = await Promise.all(Array.from({ length: 5 }, () => client.createSession(agentSession(home, env))))
    expect(leases(folders)).toHaveLength(5)
    for (const { session } of started.slice(1)) await client.killSession(session.id, { graceMs: 0 })
    await until(
      () => leases(folders).length === 1,
      TEST_BOUND_MS,
      () => 'four leases to be dropped',
    )
    expect(lstatSync(join(folders.runtime, 'projects')).isSymbolicLink()).toBe(true)
    await client.killSession(started[0]?.session.id ?? '', { graceMs: 0 })
    await released(folders)
  })

  test('that cannot be started gives its runtime back at once', async () => {
    await using home = temporaryHome()
    const { client, folders } = await workProfile(home)
    const env = standInAgent(home, 'read go')
    const tooLong = agentSession(home, env, ['x'.repeat(200 * 1024)])
    await expect(client.createSession(tooLong)).rejects.toThrow()
    await released(folders)
  })

  test('says what it made for it', async () => {
    await using home = temporaryHome()
    const { client } = await workProfile(home)
    const env = standInAgent(home, 'exit 0')
    const { session, notices } = await client.createSession(agentSession(home, env))
    expect(notices?.join('\n')).toContain('.claude')
    await ended(client, session.id)
    expect((await client.createSession(agentSession(home, env))).notices).toEqual([])
  })

  test('whose host, daemon and agent are all killed loses nothing: the next daemon takes over what is there', async () => {
    await using home = temporaryHome()
    const { client, folders } = await workProfile(home)
    const env = standInAgent(home, 'echo kept > "$CLAUDE_CONFIG_DIR/kept.md"; echo ready; exec sleep 100')
    const { session } = await client.createSession(agentSession(home, env))
    await until(
      () => existsSync(join(folders.runtime, 'kept.md')),
      TEST_BOUND_MS,
      () => 'the agent to write',
    )
    process.kill(session.hostPid ?? 0, 'SIGSTOP')
    process.kill(daemonPid(home), 'SIGKILL')
    process.kill(session.pid ?? 0, 'SIGKILL')
    process.kill(session.hostPid ?? 0, 'SIGKILL')
    expect(await ended(client, session.id)).toMatchObject({ state: 'lost' })
    await released(folders)
    expect(readFileSync(join(home.home, '.claude', 'kept.md'), 'utf8')).toBe('kept\n')
  })

  test('that ends while no daemon runs is dealt with by the next', async () => {
    await using home = temporaryHome()
    const { client, folders } = await workProfile(home)
    const env = standInAgent(home, 'echo kept > "$CLAUDE_CONFIG_DIR/kept.md"; echo ready; exec sleep 100')
    const { session } = await client.createSession(agentSession(home, env))
    await until(
      () => existsSync(join(folders.runtime, 'kept.md')),
      TEST_BOUND_MS,
      () => 'the agent to write',
    )
    // So that the host does not start the next one itself.
    writeFileSync(join(home.paths.state, 'daemon.stopped'), '')
    await killDaemon(home)
    process.kill(session.pid ?? 0, 'SIGTERM')
    const recorded = () => existsSync(join(home.paths.state, 'sessions', session.id, 'exit.json'))
    await until(recorded, TEST_BOUND_MS, () => 'the host to write the exit')
    expect(await ended(client, session.id)).toMatchObject({ state: 'exited', exit: { signal: 'SIGTERM' } })
    await released(folders)
    expect(readFileSync(join(home.home, '.claude', 'kept.md'), 'utf8')).toBe('kept\n')
  })

  test('started from inside another profile’s session does not get that profile’s variables', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    await client.createProfile({ name: 'work', agent: 'claude' })
    await client.createProfile({ name: 'outer', agent: 'command', env: { CLIENT_KEY: 'of-outer', SHARED: 'same' } })
    const env = standInAgent(home, 'env')
    const outer = await client.createSession(commandSession(home, ['sh', '-c', 'exec sleep 100'], { profile: 'outer' }))
    const inside = { ...env, CLIENT_KEY: 'of-outer', PERCH_SESSION: outer.session.id, PERCH_PROFILE: 'outer' }
    const { session } = await client.createSession(agentSession(home, inside))
    expect(session.parent).toBe(outer.session.id)
    await ended(client, session.id)
    const seen = await logText(client, session.id, 'stdout')
    expect(seen).not.toContain('of-outer')
    expect(seen).toContain('PERCH_PROFILE=work')
    // Without a profile asked for, the enclosing one is meant.
    const nested = await client.createSession(commandSession(home, ['true'], { env: inside }))
    expect(nested.session.profile).toBe('outer')
    await ended(client, nested.session.id)
  })
})

test('a profile whose file is broken is listed with its problem, refuses to run, and can be removed', async () => {
  await using home = temporaryHome()
  const { client, folders } = await workProfile(home)
  mkdirSync(folders.root, { recursive: true })
  writeFileSync(folders.file, 'agent = 7\n')
  expect((await client.listProfiles()).profiles.map(({ name }) => name)).toEqual(['default', 'work'])
  expect((await client.showProfile('work')).profile.problem).toMatch(/profile\.toml, line 1: agent/)
  await expect(client.createSession(agentSession(home, home.env))).rejects.toMatchObject({ code: 'corrupt-profile' })
  await client.removeProfile('work')
  expect((await client.listProfiles()).profiles.map(({ name }) => name)).toEqual(['default'])
})

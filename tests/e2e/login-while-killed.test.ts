/**
 * Perch, or only a part of it, or only the agent, is killed while the agent stores a new login, at each step of that and in
 * both link modes. The profile then has the newest whole login, and its next agent finds it: an earlier one is spent, and
 * would log the person out.
 */
import { lstatSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { profileFolders } from '../../src/profiles/profile-definition.js'
import { writePrivate } from '../kit/agent-lab/claude.js'
import { durableCredentials } from '../kit/agent-lab/claude-profile.js'
import {
  letLocksAge,
  STORING_STEPS,
  type StoringClient,
  type StoringStep,
  storingClient,
} from '../kit/agent-lab/storing-client.js'
import { seen, until } from '../kit/bounded.js'
import { filesBelow, recordedSessions } from '../kit/home-inspection.js'
import { endProcess } from '../kit/marked-processes.js'
import { perchText } from '../kit/perch-program.js'
import { daemonPid, killDaemon, runtimeReleased, startSession } from '../kit/perch-session.js'
import { type TestHome, temporaryHome } from '../kit/temporary-home.js'

const BOUND_MS = 20_000

/** Every step, and both modes. */
const CASES = [
  ['locked', 'link'],
  ['staged', 'copy'],
  ['renamed', 'link'],
] as const

/** A profile whose agent is at a step of storing its login. All of them in one home, so that one kill meets all. */
interface Storing {
  readonly profile: string
  readonly mode: 'link' | 'copy'
  readonly step: StoringStep
  readonly client: StoringClient
  readonly session: string
}

test('only the daemon is killed: the agents go on, and their new logins are in their profiles and their runtimes', async () => {
  await using home = temporaryHome({ mayLeave: ['staging-file'] })
  const all = await everyStep(home)
  const killed = await daemonPid(home)
  const [later, ...atOnce] = all
  killDaemon(home)
  for (const { client } of atOnce) client.goOn(...STORING_STEPS)
  // The hosts start the next one by themselves.
  await until(
    async () => ![killed, undefined].includes(await daemonPid(home)),
    BOUND_MS,
    () => 'the next daemon',
  )
  later?.client.goOn(...STORING_STEPS)
  await Promise.all(all.map(({ client }) => client.comesTo('stored')))
  for (const { profile, mode } of all) {
    await seen(`the new login of ${profile}`, () => read(durableCredentials(home, profile)) === login(profile, 'new'))
    await seen(`it in its runtime`, () => lstatSync(shown(home, profile)).isSymbolicLink() === (mode === 'link'))
    expect(read(shown(home, profile))).toBe(login(profile, 'new'))
  }
  for (const { client } of all) client.goOn('stored')
  await Promise.all(all.map(({ profile }) => runtimeReleased(home, profile)))
  for (const { profile } of all) expectTheOnlyLogin(home, profile, 'new')
})

test('all of perch is killed, and the agents go on alone: their new logins are taken over when it comes back', async () => {
  await using home = temporaryHome({ mayLeave: ['socket', 'staging-file'] })
  const all = await everyStep(home)
  killPerch(home, all)
  for (const { client } of all) client.goOn(...STORING_STEPS)
  await Promise.all(all.map(({ client }) => client.comesTo('stored')))
  for (const { profile } of all) expect(read(shown(home, profile))).toBe(login(profile, 'new'))
  // Which ends what is left of sessions without their hosts.
  await perchText(home, ['daemon', 'start'])
  await Promise.all(all.map(({ profile }) => runtimeReleased(home, profile)))
  for (const { profile } of all) expectTheOnlyLogin(home, profile, 'new')
})

test('all of perch is killed, and ends the agents in the middle when it comes back: the last whole login is there', async () => {
  await using home = temporaryHome({ mayLeave: ['socket', 'staging-file', 'lock'] })
  const all = await everyStep(home)
  killPerch(home, all)
  await perchText(home, ['daemon', 'start'])
  await expectLastWhole(home, all, ['stale'])
})

test('only the agents are killed: the last whole login is there', async () => {
  await using home = temporaryHome({ mayLeave: ['lock'] })
  const all = await everyStep(home)
  for (const { session } of all) {
    const { child } = recordOf(home, session)
    if (child !== null) endProcess(child)
  }
  await expectLastWhole(home, all, ['young', 'stale'])
})

/** Found by the next agent while the locks of the killed one are young, which keep the runtime standing, and once they are stale. */
async function expectLastWhole(home: TestHome, all: readonly Storing[], moments: readonly ('young' | 'stale')[]): Promise<void> {
  for (const { session } of all)
    await until(
      () => recordOf(home, session).ended,
      BOUND_MS,
      () => `the end of ${session}`,
    )
  for (const moment of moments) {
    if (moment === 'stale') for (const { profile } of all) letLocksAge(profileFolders(home.paths, profile).runtime)
    await Promise.all(
      all.map(async ({ profile, mode, step }) => {
        const found = await loginOfNextAgent(home, profile, mode)
        expect([profile, moment, found]).toEqual([profile, moment, login(profile, step === 'locked' ? 'old' : 'new')])
      }),
    )
  }
  await Promise.all(all.map(({ profile }) => runtimeReleased(home, profile)))
  for (const { profile, step } of all) expectTheOnlyLogin(home, profile, step === 'locked' ? 'old' : 'new')
}

async function everyStep(home: TestHome): Promise<readonly Storing[]> {
  return await Promise.all(CASES.map(([step, mode]) => storing(home, step, mode)))
}

async function storing(home: TestHome, step: StoringStep, mode: 'link' | 'copy'): Promise<Storing> {
  const profile = `${step}-${mode}`
  await perchText(home, ['profile', 'add', profile, '--agent', 'claude'])
  const durable = durableCredentials(home, profile)
  mkdirSync(dirname(durable), { recursive: true, mode: 0o700 })
  writePrivate(durable, JSON.parse(login(profile, 'old')))
  const client = storingClient(home.folder(`client-${profile}`), login(profile, 'new'))
  // Pipes: with its terminal's host gone an agent would get SIGHUP.
  const { id } = await startSession(home, 'exec', [profile, '--pipe', '--', ...client.command], {
    env: { PERCH_LINK_MODE: mode },
  })
  client.goOn(...STORING_STEPS.slice(0, STORING_STEPS.indexOf(step)))
  await client.comesTo(step)
  return { profile, mode, step, client, session: id }
}

function recordOf(home: TestHome, id: string) {
  const session = recordedSessions(home.paths).find((one) => one.id === id)
  if (session === undefined) throw new Error(`${id} has no record`)
  return session
}

/** The hosts are stopped first: they would start the next daemon, and a daemon would end the agent of a host that is gone. */
function killPerch(home: TestHome, all: readonly Storing[]): void {
  const hosts = all.map(({ session }) => recordOf(home, session).host)
  for (const host of hosts) endProcess(host, 'SIGSTOP')
  killDaemon(home)
  for (const host of hosts) endProcess(host)
}

/** Not by way of its output, which is in the log of its session. */
async function loginOfNextAgent(home: TestHome, profile: string, mode: string): Promise<string> {
  const copy = join(home.folder('seen'), profile)
  const look = `cat "$CLAUDE_CONFIG_DIR/.credentials.json" >"${copy}"`
  await perchText(home, ['exec', profile, '--pipe', '--', 'sh', '-c', look], { env: { PERCH_LINK_MODE: mode } })
  const found = readFileSync(copy, 'utf8')
  rmSync(copy)
  return found
}

function shown(home: TestHome, profile: string): string {
  return join(profileFolders(home.paths, profile).runtime, '.credentials.json')
}

function read(path: string): string | undefined {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ? readFileSync(path, 'utf8') : undefined
}

function login(profile: string, which: 'old' | 'new'): string {
  const token = `${profile}-${which}`
  const claudeAiOauth = { accessToken: `access-${token}`, refreshToken: `refresh-${token}`, expiresAt: 1_900_000_000_000 }
  return JSON.stringify({ claudeAiOauth, mcpOAuth: { server: { accessToken: 'of a server' } } })
}

/** The profile has this login, and no other file of the person or of perch holds it; a spent one may be among the conflicts. */
function expectTheOnlyLogin(home: TestHome, profile: string, which: 'old' | 'new'): void {
  expect(read(durableCredentials(home, profile))).toBe(login(profile, which))
  const token = `refresh-${profile}-${which}`
  const holding = [...filesBelow(home.root)].filter((path) => !path.includes('/client-') && read(path)?.includes(token))
  expect(holding).toEqual([durableCredentials(home, profile)])
}

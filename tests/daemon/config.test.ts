import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { DEFAULT_CONFIG, readDaemonConfig } from '../../src/daemon/config.js'
import { temporaryHome } from '../kit/temporary-home.js'

async function configOf(text: string | undefined) {
  await using home = temporaryHome()
  mkdirSync(home.paths.config, { recursive: true })
  if (text !== undefined) writeFileSync(join(home.paths.config, 'config.toml'), text)
  return readDaemonConfig(home.paths)
}

describe('config.toml', () => {
  test('that is missing, empty or of a later version gives the defaults', async () => {
    expect(await configOf(undefined)).toEqual(DEFAULT_CONFIG)
    expect(await configOf('')).toEqual(DEFAULT_CONFIG)
    expect(await configOf('[sessions]\ncolour = "green"\n[weather]\nrain = true\n')).toEqual(DEFAULT_CONFIG)
  })

  test('sets what it names and leaves the rest', async () => {
    const text =
      '[sessions]\nlog = "memory"\ngrace = "1.5s"\nmax-live = 3\nretention-days = 0.5\n[agents.claude]\ncommand = ["/opt/claude", "-x"]\nsignals = false\n[agents.codex]\nsignals = true\n'
    expect(await configOf(text)).toEqual({
      ...DEFAULT_CONFIG,
      log: 'memory',
      graceMs: 1500,
      maxLive: 3,
      retentionDays: 0.5,
      agentCommands: { claude: ['/opt/claude', '-x'] },
      silentAgents: ['claude'],
    })
  })

  test.each([
    ['[sessions]\n\nlog = "paper"\n', /line 3: sessions\.log must be "disk" or "memory"/],
    ['[sessions]\ngrace = 5\n', /line 2: sessions\.grace must be a time such as "5s"/],
    ['[sessions]\nmax-live = -1\n', /line 2: sessions\.max-live must be a whole number/],
    ['[sessions]\nspare-hosts = 2\n', /line 2: sessions\.spare-hosts must be 0 or 1/],
    ['sessions = 3\n', /line 1: sessions must be a table/],
    ['[agents.claude]\ncommand = []\n', /line 2: agents\.claude\.command must be a program/],
    ['[agents.claude]\nsignals = "no"\n', /line 2: agents\.claude\.signals must be true or false/],
    ['[usage]\nsignals = 0\n', /line 2: usage\.signals must be true or false/],
    ['[sessions\n', /line 1: /],
  ])('a wrong value names the file, the line, the key and what was expected: %j', async (text, message) => {
    await expect(configOf(text)).rejects.toMatchObject({ code: 'bad-config', message: expect.stringMatching(message) })
    await expect(configOf(text)).rejects.toThrow(/config\.toml/)
  })

  test('that cannot be read is told like one with a mistake: whoever can do without it need know no other error', async () => {
    await using home = temporaryHome()
    mkdirSync(join(home.paths.config, 'config.toml'), { recursive: true })
    const error = expect.objectContaining({
      code: 'bad-config',
      message: expect.stringMatching(/config\.toml cannot be read: EISDIR/),
    })
    expect(() => readDaemonConfig(home.paths)).toThrow(error)
  })
})

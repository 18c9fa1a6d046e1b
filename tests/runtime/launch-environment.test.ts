import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { defaultProfile } from '../../src/profiles/default-profile.js'
import type { ProfileDefinition } from '../../src/profiles/profile-definition.js'
import { type LaunchRequest, launchEnvironment, profileVariables } from '../../src/runtime/launch-environment.js'
import { BUILT_IN, builtInAgent } from '../kit/built-in-agents.js'

const runtime = {
  folder: '/data/profiles/work/runtime',
  sharedHome: '/home/p/.claude',
  databases: '/data/profiles/work/databases',
}
const plain = defaultProfile({}, BUILT_IN)
const work: ProfileDefinition = { ...plain, name: 'work', agent: 'claude', plainHome: false }

function launch(changes: Partial<LaunchRequest>) {
  return launchEnvironment({
    agent: builtInAgent('claude'),
    agents: BUILT_IN.all,
    profile: work,
    requestEnv: {},
    runtime,
    cwd: '/src',
    home: '/home/p',
    ...changes,
  })
}

const logins = {
  ANTHROPIC_API_KEY: 'k',
  ANTHROPIC_AUTH_TOKEN: 't',
  ANTHROPIC_BASE_URL: 'u',
  ANTHROPIC_CUSTOM_HEADERS: 'h',
  ANTHROPIC_PROFILE: 'p',
  CLAUDE_CODE_OAUTH_TOKEN: 'o',
  CLAUDE_CODE_OAUTH_REFRESH_TOKEN: 'r',
  CLAUDE_CODE_OAUTH_SCOPES: 's',
  CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR: '3',
  CLAUDE_CODE_USE_BEDROCK: '1',
  CLAUDE_CODE_USE_VERTEX: '1',
  CLAUDE_CODE_USE_FOUNDRY: '1',
  CLAUDE_SECURESTORAGE_CONFIG_DIR: '/x',
}
const nesting = {
  CLAUDECODE: '1',
  CLAUDE_CODE_CHILD_SESSION: '1',
  CLAUDE_CODE_SESSION_ID: 'i',
  CLAUDE_JOB_DIR: '/j',
  CLAUDE_CODE_MESSAGING_SOCKET: '/m',
}

describe('a profile with a runtime', () => {
  test('loses every login, endpoint and nesting marker of the shell, and nothing else', () => {
    const { env } = launch({ requestEnv: { PATH: '/bin', EDITOR: 'vi', CLAUDE_CONFIG_DIR: '/mine', ...logins, ...nesting } })
    expect(env).toEqual({
      PATH: '/bin',
      EDITOR: 'vi',
      CLAUDE_CONFIG_DIR: '/data/profiles/work/runtime',
      CLAUDE_CODE_PLUGIN_CACHE_DIR: '/home/p/.claude/plugins',
    })
  })

  test('has what the profile sets, and --env wins over everything', () => {
    const profile = { ...work, env: { ANTHROPIC_API_KEY: 'own', FOO: 'profile' }, baseUrl: 'https://proxy.example' }
    const { env } = launch({ profile, requestEnv: { FOO: 'shell', ...logins }, extraEnv: { FOO: 'flag' } })
    expect(env).toMatchObject({ ANTHROPIC_API_KEY: 'own', FOO: 'flag', ANTHROPIC_BASE_URL: 'https://proxy.example' })
  })

  test('in HOME, by whatever name, its own settings outrank the shared ones', () => {
    expect(launch({ cwd: '/home/p' }).args).toEqual(['--setting-sources', 'user'])
    expect(launch({ cwd: '/home/p/src' }).args).toEqual([])
    const folder = mkdtempSync(join(tmpdir(), 'home-'))
    try {
      symlinkSync(folder, join(folder, 'alias'))
      expect(launch({ home: folder, cwd: join(folder, 'alias') }).args).toEqual(['--setting-sources', 'user'])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('so it is in another folder in which the shared home lies as the config folder of a project', () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'project-')))
    try {
      mkdirSync(join(folder, '.claude'))
      const elsewhere = { ...runtime, sharedHome: join(folder, '.claude') }
      expect(launch({ cwd: folder, runtime: elsewhere }).args).toEqual(['--setting-sources', 'user'])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('started from inside a session of another profile (failure 24)', () => {
  const enclosingProfileEnv = { ANTHROPIC_API_KEY: 'of-client', CLIENT: 'a', CHANGED: 'before', PATH: '/client/bin' }
  const requestEnv = {
    ...enclosingProfileEnv,
    CHANGED: 'by hand',
    CLAUDE_CONFIG_DIR: '/data/profiles/client-a/runtime',
    CLAUDE_CODE_PLUGIN_CACHE_DIR: '/home/p/.claude/plugins',
    XDG_DATA_HOME: '/home/p/data',
  }

  test('has nothing of it, but what was changed by hand and what no program can do without', () => {
    const { env } = launch({ requestEnv, enclosingProfileEnv })
    expect(env).toEqual({
      CHANGED: 'by hand',
      PATH: '/client/bin',
      XDG_DATA_HOME: '/home/p/data',
      CLAUDE_CONFIG_DIR: '/data/profiles/work/runtime',
      CLAUDE_CODE_PLUGIN_CACHE_DIR: '/home/p/.claude/plugins',
    })
  })

  test('the endpoint of a client does not get the login of another profile', () => {
    const enclosing = profileVariables(builtInAgent('claude'), { ...work, baseUrl: 'https://client.example', env: { A: '1' } })
    expect(enclosing).toEqual({ ANTHROPIC_BASE_URL: 'https://client.example', A: '1' })
    const onPlainHome = { profile: plain, runtime: { folder: null, sharedHome: null, databases: null } }
    expect(launch({ ...onPlainHome, requestEnv: enclosing, enclosingProfileEnv: enclosing }).env).toEqual({})
  })

  test('keeps what its own profile sets to the same', () => {
    expect(launch({ requestEnv, enclosingProfileEnv, profile: { ...work, env: { CLIENT: 'a' } } }).env).toMatchObject({
      CLIENT: 'a',
    })
  })

  test('what its agent says to its own host reaches no other session, of whichever agent', () => {
    const header = `authorization=Bearer ${'t_-7'.repeat(8)}`
    const ofGemini = { GEMINI_TELEMETRY_ENABLED: 'true', GEMINI_TELEMETRY_OTLP_ENDPOINT: 'http://127.0.0.1:4711', EDITOR: 'vi' }
    expect(
      launch({
        profile: plain,
        runtime: { folder: null, sharedHome: null, databases: null },
        requestEnv: { PERCH_SESSION: 'a1', OTEL_EXPORTER_OTLP_HEADERS: header, ...ofGemini },
      }).env,
    ).toEqual({ PERCH_SESSION: 'a1', EDITOR: 'vi' })
  })

  test('a command profile loses the runtime of the enclosing one too', () => {
    const command = { ...work, agent: 'command' }
    const { env } = launch({
      agent: builtInAgent('command'),
      profile: command,
      runtime: { folder: null, sharedHome: null, databases: null },
      requestEnv,
      enclosingProfileEnv,
    })
    expect(env).toEqual({ CHANGED: 'by hand', PATH: '/client/bin', XDG_DATA_HOME: '/home/p/data' })
  })
})

describe('the plain home of `default`', () => {
  test('is what the program would find without perch: the relocation variable unset, the own logins kept', () => {
    const { env, args } = launch({
      profile: plain,
      runtime: { folder: null, sharedHome: null, databases: null },
      requestEnv: { PATH: '/bin', CLAUDE_CONFIG_DIR: '/mine', CLAUDE_CODE_PLUGIN_CACHE_DIR: '/own', ...logins, ...nesting },
      cwd: '/home/p',
    })
    expect(env).toEqual({ PATH: '/bin', CLAUDE_CODE_PLUGIN_CACHE_DIR: '/own', ...logins })
    expect(args).toEqual([])
  })
})

describe('the facts of other agents', () => {
  const codex = builtInAgent('codex')

  test('databases lie in the profile, out of the runtime, and not in that of another session', () => {
    const elsewhere = { CODEX_HOME: '/data/profiles/other/runtime', CODEX_SQLITE_HOME: '/data/profiles/other/databases' }
    expect(launch({ agent: codex, requestEnv: elsewhere }).env).toEqual({
      CODEX_HOME: '/data/profiles/work/runtime',
      CODEX_SQLITE_HOME: '/data/profiles/work/databases',
    })
    expect(launch({ requestEnv: elsewhere }).env).not.toHaveProperty('CODEX_SQLITE_HOME')
  })

  test('a base-url becomes arguments where no variable takes it', () => {
    const withUrl = { ...work, baseUrl: 'http://127.0.0.1:1/v1?a=$&' }
    const { args, env } = launch({ agent: codex, profile: withUrl })
    expect(args).toEqual(['-c', 'openai_base_url="http://127.0.0.1:1/v1?a=$&"'])
    expect(JSON.stringify(env)).not.toContain('127.0.0.1')
    expect(launch({ profile: withUrl })).toMatchObject({ args: [], env: { ANTHROPIC_BASE_URL: withUrl.baseUrl } })
  })

  test('no pattern of a definition takes away what every program needs', () => {
    const requestEnv = { PATH: '/bin', HOME: '/home/p', TERM: 'xterm', PLANET: 'x' }
    const agent = { ...codex, environment: { ...codex.environment, scrubbed: ['P*', 'H*', '*'], nesting: ['T*'] } }
    expect(launch({ agent, requestEnv }).env).toMatchObject({ PATH: '/bin', HOME: '/home/p', TERM: 'xterm' })
    expect(launch({ agent, requestEnv }).env).not.toHaveProperty('PLANET')
  })
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { stringify } from 'smol-toml'
import { expect, test } from 'vitest'
import { type AgentFile, parseAgentFile } from '../../src/agents/own/agent-file.js'
import { parseToml } from '../../src/platform/files/toml-file.js'
import { PerchError } from '../../src/platform/perch-error.js'
import { CHECKOUT } from '../kit/npm.js'

const PATH = '/config/agents.d/marvin.toml'

const WHOLE = `commands = ["marvin", "marvin-cli"]
title = "Marvin"
install-hint = "Install it with: pipx install marvin"
login-hint = "Run \`perch run {profile} -- login\`."

[home]
variable = "MARVIN_HOME"
default = ".config/marvin"
within = "state"

[login]
file = "auth.json"
block = "oauth"
tokens = ["access", ["refresh.token", "value"], "*.key"]
expires-at = "expires.at"
maps = ["servers"]

[[login.locks]]
place = "inside"
name = ".auth"
stale-ms = 60000

[[login.locks]]
place = "beside"
stale-ms = 15000

[entries]
shared = ["MARVIN.md", "history.jsonl"]
private = ["cache", "*.sqlite*"]
unlisted = "private"
transient = ["*.lock"]
shared-folders = ["commands"]
shared-files = ["history.jsonl"]
private-folders = ["cache"]
append-only = ["history.jsonl"]

[[documents]]
name = "settings.json"
private-keys = ["auth.method"]
merge-depth = { servers = 2 }
takes-overlay = true

[[documents]]
name = ".marvin.json"
shared-in = "home"
lock-stale-ms = 10000

[environment]
scrubbed = ["MARVIN_URL"]
login-variables = ["MARVIN_KEY"]
databases = { MARVIN_DB = "marvin.db" }
below-shared-home = { MARVIN_PLUGINS = "plugins" }
base-url-arguments = ["--url", "{url}"]
`

function read(text: string, name = 'marvin'): AgentFile {
  return parseAgentFile(parseToml(PATH, text, 'bad-agent-file'), name)
}

function problemOf(text: string): string {
  try {
    read(text)
  } catch (error) {
    if (error instanceof PerchError && error.code === 'bad-agent-file' && error.hint !== undefined) return error.message
    throw error
  }
  return 'nothing'
}

test('a whole definition says what a built-in one says', () => {
  const { definition, replacesBuiltIn, warnings } = read(WHOLE)

  expect({ replacesBuiltIn, warnings }).toEqual({ replacesBuiltIn: false, warnings: [] })
  expect(definition).toMatchObject({ name: 'marvin', title: 'Marvin', commands: ['marvin', 'marvin-cli'] })
  expect(definition.relocation).toMatchObject({
    variable: 'MARVIN_HOME',
    within: 'state',
    defaultHome: '.config/marvin',
    credential: {
      file: 'auth.json',
      block: 'oauth',
      tokens: [['access'], ['refresh.token', 'value'], ['*', 'key']],
      expiresAt: ['expires', 'at'],
      endsAt: null,
      locks: [
        { place: 'inside', name: '.auth', staleMs: 60_000 },
        { place: 'beside', name: '', staleMs: 15_000 },
      ],
    },
    documents: [
      { name: 'settings.json', sharedIn: 'shared-home', privateKeys: [['auth', 'method']], mergeDepth: { servers: 2 } },
      { name: '.marvin.json', sharedIn: 'home', lockStaleMs: 10_000, takesOverlay: false },
    ],
  })
  expect(definition.environment).toMatchObject({
    // A login in the shell outranks the profile's own: named once, it is scrubbed too.
    scrubbed: ['MARVIN_URL', 'MARVIN_KEY'],
    databases: { MARVIN_DB: 'marvin.db' },
    baseUrlArguments: ['--url', '{url}'],
  })
})

test('a program alone is a definition: it has an environment and no config folder', () => {
  const { definition } = read('commands = ["marvin"]')
  expect(definition).toMatchObject({ title: 'marvin', relocation: null, installHint: expect.stringContaining('[agents.marvin]') })
})

test('without a word about entries nothing is shared', () => {
  const { definition } = read(
    'commands = ["m"]\n[home]\nvariable = "M_HOME"\ndefault = ".m"\n[login]\nfile = "a.json"\ntokens = ["t"]\n',
  )
  expect(definition.relocation?.entries).toMatchObject({ shared: [], sharedFolders: [], sharedFiles: [], unlisted: 'private' })
})

test.each([
  ['', 'line 1: commands must be set to a list of programs, best first'],
  ['commands = []', 'line 1: commands must be a list of programs, best first'],
  ['commands = ["/usr/bin/marvin"]', 'line 1: commands must be a list of programs, best first'],
  ['commands = ["m"]\ntitle = 3', 'line 2: title must be a line of text'],
  ['commands = ["m"]\nlogin-hint = "a\\u001b[2Jb"', 'line 2: login-hint must be a line of text'],
  ['commands = ["m"]\nreplaces-built-in = "yes"', 'line 2: replaces-built-in must be true or false'],
  [
    'commands = ["m"]\n\n[home]\nvariable = "M"',
    'line 1: login must be a table: which file of the config folder holds the login',
  ],
  [
    'commands = ["m"]\n[entries]\nshared = ["a"]',
    'line 2: entries must be together with [home], which says how the config folder is moved',
  ],
  ['commands = ["m"]\nhome = 1', 'line 2: home must be a table'],
])('%j is refused', (text, expected) => {
  expect(problemOf(text)).toBe(`${PATH}, ${expected}`)
})

test.each([
  ['variable = "MARVIN_HOME"', 'variable = "HOME"', 'line 7: home.variable must be a variable of the agent'],
  ['variable = "MARVIN_HOME"', 'variable = "LD_PRELOAD"', 'line 7: home.variable'],
  ['variable = "MARVIN_HOME"', 'variable = "PERCH_HOME"', 'line 7: home.variable'],
  ['variable = "MARVIN_HOME"', 'variable = "A B"', 'line 7: home.variable'],
  ['default = ".config/marvin"', 'default = "/etc/marvin"', 'line 8: home.default'],
  ['default = ".config/marvin"', 'default = "../other"', 'line 8: home.default'],
  ['default = ".config/marvin"', 'default = "."', 'line 8: home.default'],
  ['default = ".config/marvin"', 'default = ""', 'line 8: home.default'],
  ['within = "state"', 'within = "a/b"', 'line 9: home.within'],
  ['file = "auth.json"', 'file = "../auth.json"', 'line 12: login.file'],
  ['tokens = ["access", ["refresh.token", "value"], "*.key"]', 'tokens = []', 'line 14: login.tokens'],
  ['tokens = ["access", ["refresh.token", "value"], "*.key"]', 'tokens = ["a..b"]', 'line 14: login.tokens'],
  ['place = "beside"', 'place = "above"', 'line 24: login.locks[2].place must be "inside" or "beside"'],
  ['stale-ms = 15000', 'stale-ms = 1', 'line 25: login.locks[2].stale-ms must be milliseconds from 1000 to 3600000'],
  ['shared = ["MARVIN.md", "history.jsonl"]', 'shared = ["a/b"]', 'line 28: entries.shared'],
  ['unlisted = "private"', 'unlisted = "Private"', 'line 30: entries.unlisted must be "private" or "shared"'],
  ['name = ".marvin.json"', 'name = "settings.json"', 'line 44: documents[2].name'],
  ['name = ".marvin.json"', 'name = "auth.json"', 'line 44: documents[2].name'],
  ['merge-depth = { servers = 2 }', 'merge-depth = { servers = 99 }', 'line 40: documents[1].merge-depth.servers'],
  ['scrubbed = ["MARVIN_URL"]', 'scrubbed = ["*"]', 'line 49: environment.scrubbed'],
  ['databases = { MARVIN_DB = "marvin.db" }', 'databases = { PATH = "bin" }', 'line 51: environment.databases.PATH'],
  ['databases = { MARVIN_DB = "marvin.db" }', 'databases = { MARVIN_DB = "../x" }', 'line 51: environment.databases.MARVIN_DB'],
])('in place of %j, %j is refused with its line', (right, wrong, expected) => {
  expect(WHOLE).toContain(right)
  expect(problemOf(WHOLE.replace(right, () => wrong))).toContain(`${PATH}, ${expected}`)
})

test('unknown keys are told with their lines, and change nothing', () => {
  const { definition, warnings } = read(`colour = "blue"\n${WHOLE}\nnext = 1\n`)
  expect(definition).toEqual(read(WHOLE).definition)
  expect(warnings).toEqual([
    `${PATH}, line 1: unknown key colour (kept, not used)`,
    `${PATH}, line 56: unknown key environment.next (kept, not used)`,
  ])
})

test('whatever the file holds, it is a definition or an error that names the file and a line of it', () => {
  const value = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('a', '.a', '..', '', '*', 'A_B', 'private', 'beside', 60_000, true) },
    fc.string(),
    fc.array(fc.oneof(fc.string(), fc.constantFrom('a', '../b', 'c*'))),
    fc.dictionary(
      fc.constantFrom('variable', 'default', 'file', 'tokens', 'A', '__proto__', 'x y'),
      fc.constantFrom('a', 'B', 1),
    ),
  )
  const key = fc.constantFrom(
    'commands',
    'title',
    'home',
    'login',
    'entries',
    'documents',
    'environment',
    'replaces-built-in',
    'constructor',
    '__proto__',
    'x',
  )
  const table = fc.dictionary(
    key,
    fc.oneof(value, fc.dictionary(fc.constantFrom('variable', 'default', 'file', 'tokens', 'locks', 'shared'), value)),
  )
  fc.assert(
    fc.property(table, (content) => {
      const text = stringify(content)
      try {
        const { definition } = read(text)
        expect(definition.commands.length).toBeGreaterThan(0)
      } catch (error) {
        expect(error).toMatchObject({ code: 'bad-agent-file', hint: expect.any(String) })
        const line = Number(/^\/config\/agents\.d\/marvin\.toml, line (\d+): /.exec((error as Error).message)?.[1])
        expect(line).toBeGreaterThanOrEqual(1)
        expect(line).toBeLessThanOrEqual(text.split('\n').length)
      }
    }),
    { numRuns: 500 },
  )
})

test('text that is no TOML is an error with its line, whatever was cut off or garbled', () => {
  fc.assert(
    fc.property(fc.nat(WHOLE.length), fc.string({ maxLength: 3 }), (at, inserted) => {
      try {
        read(WHOLE.slice(0, at) + inserted)
      } catch (error) {
        expect(error).toMatchObject({ code: 'bad-agent-file', message: expect.stringMatching(/marvin\.toml, line \d+: /) })
      }
    }),
    { numRuns: 500 },
  )
})

test('the example in the documentation is a definition without a warning, also with everything that is commented out', () => {
  const guide = readFileSync(join(CHECKOUT, 'docs/agents.md'), 'utf8')
  const example = /```toml\n(# .*marvin\.toml\n[\s\S]*?)```/.exec(guide)?.[1] ?? ''
  const everything = example.replaceAll(/^# (?=[a-z-]+ = |\[\[)/gm, '')
  expect(everything).not.toMatch(/^# (?!~)/m)
  for (const text of [example, everything]) expect(read(text)).toMatchObject({ warnings: [], definition: { name: 'marvin' } })
})

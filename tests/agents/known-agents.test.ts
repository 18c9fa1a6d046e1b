import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { builtInAgents } from '../../src/agents/built-in-agents.js'
import { agentNamed, type KnownAgents, knownAgents } from '../../src/agents/known-agents.js'
import { requiresRoot } from '../kit/requirement.js'

let config: string
let folder: string
beforeEach(() => {
  config = mkdtempSync(join(tmpdir(), 'config-'))
  folder = join(config, 'agents.d')
  mkdirSync(folder, { mode: 0o700 })
})
afterEach(() => rmSync(config, { recursive: true, force: true }))

const MARVIN = 'commands = ["marvin"]\n'
const BUILT_IN = builtInAgents.map(({ name }) => name)

function write(name: string, text: string | Buffer, mode = 0o600): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

const known = (): KnownAgents => knownAgents({ config })
const names = () => known().all.map(({ name }) => name)
const problems = () => known().problems.map(({ message }) => message)

test('without the folder, and with an empty one, there are the built-in agents', () => {
  expect(names()).toEqual(BUILT_IN)
  rmSync(folder, { recursive: true })
  expect(names()).toEqual(BUILT_IN)
  rmSync(config, { recursive: true })
  expect(known()).toMatchObject({ all: builtInAgents, problems: [] })
})

test('the files of the person come after the built-in agents, by name; an edit counts at once', () => {
  write('zaphod.toml', 'commands = ["zaphod"]')
  write('marvin.toml', MARVIN)
  write('README.md', 'not a definition')
  write('.marvin.toml.swp', 'an editor at work')
  write('.hidden.toml', '=')
  expect(names()).toEqual([...BUILT_IN, 'marvin', 'zaphod'])
  write('marvin.toml', `title = "Marvin"\n${MARVIN}`)
  expect(agentNamed('marvin', known()).title).toBe('Marvin')
  rmSync(join(folder, 'marvin.toml'))
  expect(names()).toEqual([...BUILT_IN, 'zaphod'])
})

test('a name that nobody has names those that there are, and the files that are not used', () => {
  write('marvin.toml', MARVIN)
  write('zaphod.toml', 'commands = 1')
  expect(() => agentNamed('marvn', known())).toThrowError(
    expect.objectContaining({
      code: 'unknown-agent',
      hint: expect.stringMatching(
        /Use one of: claude, codex, gemini, opencode, command, marvin\. Not used: .*zaphod\.toml, line 1: /,
      ),
    }),
  )
})

test('a broken file keeps no other agent from being used, and is the error of its own', () => {
  const path = write('broken.toml', 'commands = ["a"\n\n')
  write('marvin.toml', MARVIN)
  expect(names()).toEqual([...BUILT_IN, 'marvin'])
  expect(() => agentNamed('broken', known())).toThrowError(
    expect.objectContaining({ code: 'bad-agent-file', message: expect.stringContaining(`${path}, line `) }),
  )
})

test('a built-in agent is replaced only by a file that says so, in its place', () => {
  const path = write('codex.toml', 'commands = ["my-codex"]')
  expect(agentNamed('codex', known()).commands).toEqual(['codex'])
  expect(known().problems).toEqual([
    expect.objectContaining({ message: `${path}: codex is built in`, hint: expect.stringContaining('replaces-built-in = true') }),
  ])
  write('codex.toml', 'replaces-built-in = true\ncommands = ["my-codex"]')
  expect(agentNamed('codex', known()).commands).toEqual(['my-codex'])
  expect(names()).toEqual(BUILT_IN)
  expect(problems()).toEqual([])
})

test('a broken file with the name of a built-in agent does not bring that one back', () => {
  write('codex.toml', 'replaces-built-in = true\ncommands = [')
  expect(names()).toEqual(BUILT_IN.filter((name) => name !== 'codex'))
  expect(() => agentNamed('codex', known())).toThrowError(expect.objectContaining({ code: 'bad-agent-file' }))
})

test('the agent `command` cannot be replaced or broken', () => {
  for (const text of ['replaces-built-in = true\ncommands = ["x"]', 'commands = [']) {
    write('command.toml', text)
    expect(agentNamed('command', known()).commands).toEqual([])
    expect(problems()).toHaveLength(1)
  }
})

test('replacing what is not built in is a mistake', () => {
  write('codx.toml', 'replaces-built-in = true\ncommands = ["codex"]')
  expect(names()).toEqual(BUILT_IN)
  expect(problems()).toEqual([expect.stringContaining('no built-in agent is named codx')])
})

test.each(['Marvin.toml', 'mar vin.toml', '-m.toml', `${'m'.repeat(40)}.toml`, 'ümlaut.toml'])(
  '%s is no name of an agent',
  (name) => {
    write(name, MARVIN)
    expect(names()).toEqual(BUILT_IN)
    expect(problems()).toEqual([expect.stringContaining("the file's name is that of the agent")])
  },
)

test('what is no text file of a sensible size is not read, and is not waited for', () => {
  execFileSync('mkfifo', [join(folder, 'pipe.toml')])
  mkdirSync(join(folder, 'folder.toml'))
  symlinkSync('nowhere', join(folder, 'dangling.toml'))
  write('large.toml', Buffer.alloc(65 * 1024, '#'))
  write('bytes.toml', Buffer.from([0x63, 0xff, 0xfe]))
  write('marvin.toml', MARVIN)
  expect(names()).toEqual([...BUILT_IN, 'marvin'])
  expect(problems()).toEqual([
    expect.stringContaining('bytes.toml is not UTF-8 text'),
    expect.stringContaining('dangling.toml cannot be read'),
    expect.stringContaining('folder.toml is not a file'),
    expect.stringContaining('large.toml is larger than 65536 bytes'),
    expect.stringContaining('pipe.toml is not a file'),
  ])
})

test('a folder in which nobody can have written that much is not read', () => {
  for (let at = 0; at < 101; at += 1) write(`a${at}.toml`, MARVIN)
  expect(names()).toEqual(BUILT_IN)
  expect(problems()).toEqual([expect.stringContaining('holds 101 files')])
})

test('a file that everybody can write is not used, nor is one in a folder that everybody can write', () => {
  write('marvin.toml', MARVIN, 0o666)
  expect(known()).toMatchObject({
    all: builtInAgents,
    problems: [{ code: 'unsafe-file', message: expect.stringContaining('marvin.toml can be written') }],
  })
  write('marvin.toml', MARVIN, 0o664)
  expect(names()).toContain('marvin')
  for (const unsafe of [folder, config]) {
    chmodSync(unsafe, 0o777)
    expect(known()).toMatchObject({
      all: builtInAgents,
      problems: [{ code: 'unsafe-file', message: expect.stringContaining(`${unsafe} can be written`) }],
    })
    chmodSync(unsafe, 0o700)
  }
})

test('a link leads to a file that is checked in its turn', () => {
  const elsewhere = join(config, 'elsewhere')
  mkdirSync(elsewhere)
  writeFileSync(join(elsewhere, 'marvin'), MARVIN)
  symlinkSync(join(elsewhere, 'marvin'), join(folder, 'marvin.toml'))
  expect(names()).toContain('marvin')
  chmodSync(join(elsewhere, 'marvin'), 0o666)
  expect(names()).toEqual(BUILT_IN)
})

test('a file of another user is not used', (context) => {
  requiresRoot(context)
  chownSync(write('marvin.toml', MARVIN), 65_534, 65_534)
  expect(names()).toEqual(BUILT_IN)
  expect(problems()).toEqual([expect.stringContaining('marvin.toml belongs to user 65534, not to you')])
})

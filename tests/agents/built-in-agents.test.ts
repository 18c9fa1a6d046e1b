import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { builtInAgents } from '../../src/agents/built-in-agents.js'
import { agentProgram, installedAgents } from '../../src/agents/installed-agents.js'
import { loginHint } from '../../src/agents/login-hint.js'
import { builtInAgent } from '../kit/built-in-agents.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'path-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('an agent is found by its name, an unknown one names the known', () => {
  expect(builtInAgent('claude').title).toBe('Claude Code')
  expect(() => builtInAgent('Claude')).toThrowError(
    expect.objectContaining({ code: 'unknown-agent', hint: expect.stringContaining('codex') }),
  )
})

test('installed is what is executable on PATH, in the order of the registry', () => {
  for (const name of ['codex', 'claude']) {
    writeFileSync(join(folder, name), '#!/bin/sh\n')
    chmodSync(join(folder, name), 0o755)
  }
  expect(installedAgents(builtInAgents, { PATH: folder }).map(({ name }) => name)).toEqual(['claude', 'codex'])
  expect(agentProgram(builtInAgent('codex'), { PATH: `/nowhere:${folder}` })).toBe(join(folder, 'codex'))
})

test('a folder, a file without the right to run, a dangling link and an unset PATH are not installed', () => {
  mkdirSync(join(folder, 'claude'))
  symlinkSync('nowhere', join(folder, 'codex'))
  writeFileSync(join(folder, 'gemini'), '', { mode: 0o644 })
  expect(installedAgents(builtInAgents, { PATH: folder })).toEqual([])
  expect(installedAgents(builtInAgents, {})).toEqual([])
  expect(installedAgents(builtInAgents, { PATH: '::.' })).toEqual([])
})

test('every definition holds together', () => {
  expect(new Set(builtInAgents.map(({ name }) => name)).size).toBe(builtInAgents.length)
  for (const agent of builtInAgents) {
    expect(loginHint(agent, 'work')).not.toContain('{')
    const { relocation } = agent
    if (relocation === null) continue
    expect(relocation.documents.map(({ name }) => name)).not.toContain(relocation.credential.file)
    expect(relocation.defaultHome.startsWith('/')).toBe(false)
    for (const name of agent.environment.loginVariables) {
      expect(agent.environment.scrubbed.includes(name)).toBe(true)
    }
  }
})

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { claude } from '../../src/agents/claude.js'
import { codex } from '../../src/agents/codex.js'
import { checkManagedFile } from '../../src/doctor/checks/check-managed-settings.js'
import { workerFolder } from '../kit/worker-folder.js'

const look = (name: string, text: string, agent = claude) => {
  const folder = mkdtempSync(join(workerFolder(), 'm'))
  try {
    writeFileSync(join(folder, name), text)
    return checkManagedFile(join(folder, name), agent.relocation?.documents ?? [], agent.title)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test("what an administrator's settings choose is named, without its value", () => {
  const found = look('managed-settings.json', '{"forceLoginMethod":"secret","env":{"ANTHROPIC_BASE_URL":"secret"},"model":"x"}')

  expect(found).toMatchObject([
    {
      level: 'warning',
      text: expect.stringMatching(/: forceLoginMethod, env\.ANTHROPIC_BASE_URL choose a login or an endpoint$/),
    },
  ])
  expect(JSON.stringify(found)).not.toContain('secret')
})

test('settings that choose no login are a note, and so are those in another language', () => {
  expect(look('managed-settings.json', '{"permissions":{}}')).toMatchObject([{ level: 'note' }])
  expect(look('managed_config.toml', 'x = 1', codex)).toMatchObject([{ level: 'note' }])
})

test('settings that cannot be read are told, and none are nothing', () => {
  expect(look('managed-settings.json', '{')).toMatchObject([
    { level: 'warning', text: expect.stringContaining('cannot be read') },
  ])
  expect(checkManagedFile('/nowhere/managed-settings.json', [], 'x')).toEqual([])
  expect(checkManagedFile('/dev/null/managed-settings.json', [], 'x')).toEqual([])
})

import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { agentSettings } from '../../../src/host/signals/agent-settings.js'
import { PersonsStatusLines } from '../../../src/host/signals/persons-status-line.js'
import { signalFolder } from '../kit/signal-folder.js'

const NONE = { script: '', options: {} }

test('the most important file that says something of a status line decides', () => {
  using it = signalFolder()
  const [local, user] = [join(it.path, 'local.json'), join(it.path, 'user.json')]
  const lines = new PersonsStatusLines([local, user])

  expect(lines.look()).toEqual(NONE)
  writeFileSync(user, JSON.stringify({ statusLine: { type: 'command', command: 'mine', padding: 2 } }))
  expect(lines.look()).toEqual({ script: 'mine\n', options: { type: 'command', command: 'mine', padding: 2 } })
  expect(lines.look()).toBeUndefined()
  writeFileSync(local, JSON.stringify({ statusLine: { command: 'of this project' } }))
  expect(lines.look()).toMatchObject({ script: 'of this project\n' })
  rmSync(local)
  expect(lines.look()).toMatchObject({ script: 'mine\n' })
})

test.each(['', 'null', '[]', '{"statusLine":', '{"statusLine":"mine"}', '{"statusLine":{"command":7}}'])(
  '%j sets none',
  (text) => {
    using it = signalFolder()
    const path = join(it.path, 'settings.json')
    writeFileSync(path, text)

    expect(new PersonsStatusLines([path, it.path, '/dev/null']).look()).toEqual(NONE)
  },
)

test('settings that are a pipe to which nobody writes hold nothing up', () => {
  using it = signalFolder()
  const path = join(it.path, 'settings.json')
  execFileSync('mkfifo', [path])

  expect(new PersonsStatusLines([path]).look()).toEqual(NONE)
})

test('what could not be written down is found once more', () => {
  using it = signalFolder()
  const lines = new PersonsStatusLines([join(it.path, 'settings.json')])

  expect(lines.look()).toEqual(NONE)
  expect(lines.look()).toBeUndefined()
  lines.forget()
  expect(lines.look()).toEqual(NONE)
})

test("what a person set beside the command stays, and the command is perch's", () => {
  const persons = { script: 'mine\n', options: { type: 'command', command: 'mine', padding: 2 } }
  const settings = agentSettings({ hooks: { Stop: 'turn-ended' } }, { inbox: '/inbox', script: '/mine.sh' }, persons)

  expect(settings.statusLine).toMatchObject({ type: 'command', padding: 2 })
  expect(settings.statusLine.command).toContain("/bin/sh '/mine.sh'")
  expect(Object.keys(settings.hooks)).toEqual(['Stop'])
})

/** The commands that the agent runs for its hooks, run as it runs them: by /bin/sh, with a document as their input. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hookCommand, statusLineCommand } from '../../../src/host/signals/hook-commands.js'
import { signalFolder } from '../kit/signal-folder.js'

const DOCUMENT = `{"message":"it's $HOME, \\"quoted\\" %s \\\\n","tool":"x"}`

test('a hook of which only the time counts leaves its word, and nothing of what it was told', () => {
  using it = inbox()
  const ran = sh(hookCommand(it.inbox, 'tool-ended'), DOCUMENT.repeat(10_000))

  expect(ran).toEqual({ status: 0, stdout: '', stderr: '' })
  const [name = ''] = readdirSync(it.inbox)
  expect(name).toMatch(/^tool-ended\.\d+$/)
  expect(readFileSync(join(it.inbox, name), 'utf8')).toBe('')
})

test('a hook that tells something leaves the whole document', () => {
  using it = inbox()
  const ran = sh(hookCommand(it.inbox, 'permission-asked'), DOCUMENT)

  expect(ran).toEqual({ status: 0, stdout: '', stderr: '' })
  const [name = ''] = readdirSync(it.inbox)
  expect(name).toMatch(/^permission-asked\.\d+$/)
  expect(readFileSync(join(it.inbox, name), 'utf8')).toBe(DOCUMENT)
})

test('a hook whose document a full disk does not take leaves its word all the same', () => {
  using it = inbox()
  const programs = join(it.path, 'programs')
  mkdirSync(programs)
  writeFileSync(join(programs, 'cat'), '#!/bin/sh\nprintf part\necho "cat: no space left" >&2\nexit 1\n', { mode: 0o755 })
  const ran = sh(hookCommand(it.inbox, 'permission-asked'), DOCUMENT, `${programs}:${process.env.PATH}`)

  expect(ran).toEqual({ status: 0, stdout: '', stderr: '' })
  const name = readdirSync(it.inbox).find((left) => /^permission-asked\.\d+$/.test(left)) ?? ''
  expect(readFileSync(join(it.inbox, name), 'utf8')).toBe('')
})

test.each(['tool-ended', 'notified'])('%s: where the inbox is gone, the hook says and fails nothing', (word) => {
  using it = inbox()
  rmSync(it.inbox, { recursive: true })

  expect(sh(hookCommand(it.inbox, word), DOCUMENT)).toEqual({ status: 0, stdout: '', stderr: '' })
})

test("the status line leaves the document, and is the person's own in what it prints and how it ends", () => {
  using it = inbox()
  const script = join(it.path, 'mine.sh')
  writeFileSync(script, `printf '%s|' "$(cat)"; echo 'two  lines'; echo oops >&2; exit 3\n`)

  expect(sh(statusLineCommand(it.inbox, script), `${DOCUMENT}\n`)).toEqual({
    status: 3,
    stdout: `${DOCUMENT}|two  lines\n`,
    stderr: 'oops\n',
  })
  expect(readdirSync(it.inbox)).toEqual(['status'])
  expect(readFileSync(join(it.inbox, 'status'), 'utf8')).toBe(`${DOCUMENT}\n`)
})

test('a person without a status line sees none', () => {
  using it = inbox()
  const script = join(it.path, 'mine.sh')
  writeFileSync(script, '')

  expect(sh(statusLineCommand(it.inbox, script), DOCUMENT)).toEqual({ status: 0, stdout: '', stderr: '' })
  expect(readdirSync(it.inbox)).toEqual(['status'])
})

test("where the inbox is gone, the person's own status line goes on", () => {
  using it = inbox()
  const script = join(it.path, 'mine.sh')
  writeFileSync(script, 'cat\n')
  rmSync(it.inbox, { recursive: true })

  expect(sh(statusLineCommand(it.inbox, script), DOCUMENT)).toEqual({ status: 0, stdout: `${DOCUMENT}\n`, stderr: '' })
})

function inbox() {
  const folder = signalFolder()
  const path = join(folder.path, 'inbox')
  mkdirSync(path)
  return { path: folder.path, inbox: path, [Symbol.dispose]: () => folder[Symbol.dispose]() }
}

function sh(command: string, input: string, PATH = process.env.PATH) {
  const env = { ...process.env, PATH }
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', command], { input, encoding: 'utf8', env })
  return { status, stdout, stderr }
}

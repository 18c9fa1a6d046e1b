/** What a person may set under `[notify]`. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DEFAULT_NOTIFY_CONFIG, readNotifyConfig } from '../../../src/daemon/notify/notify-config.js'
import { temporaryHome } from '../../kit/temporary-home.js'

async function configOf(text: string) {
  await using home = temporaryHome()
  mkdirSync(home.paths.config, { recursive: true })
  writeFileSync(join(home.paths.config, 'config.toml'), text)
  return readNotifyConfig(home.paths)
}

test('nothing set, or only what a later version knows, gives the defaults', async () => {
  expect(await configOf('')).toEqual(DEFAULT_NOTIFY_CONFIG)
  expect(await configOf('[notify]\ncolour = "green"\n')).toEqual(DEFAULT_NOTIFY_CONFIG)
})

test('a line for the shell, a program with arguments, states in any order', async () => {
  expect(await configOf('[notify]\ncommand = "say hi"\nwhen = ["usage-warning", "idle", "waiting"]\ndesktop = false\n')).toEqual({
    command: ['/bin/sh', '-c', 'say hi'],
    when: ['waiting', 'idle', 'usage-warning'],
    desktop: false,
  })
  expect((await configOf('[notify]\ncommand = ["say", "hi"]\nwhen = []\n')).command).toEqual(['say', 'hi'])
})

test.each([
  ['[notify]\n\ncommand = 3\n', /config\.toml, line 3: notify\.command must be a command line for the shell/],
  ['[notify]\ncommand = " "\n', /line 2: notify\.command must be/],
  ['[notify]\ncommand = []\n', /line 2: notify\.command must be/],
  [
    '[notify]\nwhen = "waiting"\n',
    /line 2: notify\.when must be a list of working, waiting, permission, idle, limit, usage-warning/,
  ],
  ['[notify]\nwhen = ["waiting", "bored"]\n', /line 2: notify\.when must be a list/],
  ['[notify]\ndesktop = "no"\n', /line 2: notify\.desktop must be true or false/],
  ['notify = true\n', /line 1: notify must be a table/],
])('a wrong value names the file, the line, the key and what was expected: %j', async (text, message) => {
  await expect(configOf(text)).rejects.toMatchObject({ code: 'bad-config', message: expect.stringMatching(message) })
})

/** Whether somebody is needed, as a person sees it and is told of it: real programs on real terminals, and `perch next`. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { until } from '../kit/bounded.js'
import { perch, perchText } from '../kit/perch-program.js'
import { killDaemon, showSession } from '../kit/perch-session.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'
import { openTerminal } from '../kit/terminal.js'

const DETACH = '\x1c'
const BOUND_MS = 20_000

/** A command on a terminal of its own, in the background; it is `cat` in the end, which echoes. */
async function start(home: TemporaryHome, name: string, script: string): Promise<string> {
  return await perchText(home, ['exec', '--pty', '-d', '-n', name, '--', 'sh', '-c', `${script}; exec cat`])
}

async function attentionIs(home: TemporaryHome, session: string, attention: string): Promise<void> {
  const look = async () => (await showSession(home, session)).attention === attention
  await until(look, BOUND_MS, () => `${session} to be ${attention}`)
}

/** Each notification is a line in the file. */
function notifyInto(home: TemporaryHome, more = ''): () => readonly string[] {
  const file = join(home.home, 'notified')
  const line = `printf '%s|%s|%s|%s\\n' "$PERCH_NAME" "$PERCH_PROFILE" "$PERCH_ATTENTION" "$PERCH_REASON" >> ${file}`
  mkdirSync(home.paths.config, { recursive: true })
  writeFileSync(join(home.paths.config, 'config.toml'), `[notify]\ndesktop = false\ncommand = ${JSON.stringify(line)}\n${more}`)
  return () => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [])
}

const toldOf = async (home: TemporaryHome) => {
  const lines = (await perchText(home, ['events', '--since', '0', '--no-follow', '--json'])).split('\n')
  const events: { type: string; name: string; attention?: { state: string } }[] = lines.map((line) => JSON.parse(line))
  return events.filter(({ type }) => type === 'attention').map(({ name, attention }) => `${name} ${attention?.state}`)
}

test('a bell, a notification, silence; and perch next goes from one that waits to the next', async () => {
  await using home = temporaryHome()
  const alone = await openTerminal(home, ['next'])
  expect(await alone.exit()).toEqual({ code: 1, signal: null })
  expect(alone.screen().join('\n')).toContain('no session needs you')
  expect(await perch(home, ['next'])).toMatchObject({ code: 2, stderr: expect.stringContaining('no terminal here') })

  await start(home, 'bell', String.raw`printf 'ready\a'`)
  await attentionIs(home, 'bell', 'waiting')
  await start(home, 'told', String.raw`printf '\033]777;notify;Title;all done\a'; printf '\a\033]9;4;1;50\a'`)
  await attentionIs(home, 'told', 'waiting')
  await start(home, 'quiet', 'true')
  await attentionIs(home, 'quiet', 'idle')
  expect(await showSession(home, 'told')).toMatchObject({ attentionReason: 'all done', attentionSince: expect.any(String) })
  expect(await perchText(home, ['ls', '--needs-you'])).toMatch(/told .* waiting \d+s[\s\S]*bell .* waiting \d+s/)
  expect(await perchText(home, ['ls', '--attention', 'idle'])).toMatch(/quiet .* idle /)
  expect(await perchText(home, ['show', 'told'])).toMatch(/\nreason +all done\n/)

  for (const name of ['bell', 'told']) {
    await using terminal = await openTerminal(home, ['next'])
    // What a person sees is that it echoes; answering it is what makes it work again.
    await terminal.waitForText(/Ctrl-\\|ready|detach/)
    expect((await showSession(home, name)).attachments).toMatchObject([{ mode: 'controller' }])
    await terminal.type(DETACH)
    expect(await terminal.exit()).toEqual({ code: 0, signal: null })
    await attentionIs(home, name, 'idle')
  }
  await using none = await openTerminal(home, ['next'])
  expect(await none.exit()).toEqual({ code: 1, signal: null })
  expect(await toldOf(home)).toEqual(
    expect.arrayContaining(['bell waiting', 'bell idle', 'told waiting', 'quiet idle', 'told idle']),
  )
})

test('a person is notified once, by their command, and not of what they look at', async () => {
  await using home = temporaryHome()
  const notified = notifyInto(home)
  await using terminal = await openTerminal(home, [
    'exec',
    '-n',
    'looked-at',
    '--',
    'sh',
    '-c',
    String.raw`printf 'here\a'; exec cat`,
  ])
  await terminal.waitForText('here')
  await attentionIs(home, 'looked-at', 'waiting')
  await start(home, 'far', String.raw`printf '\033]9;$(touch %s/run)"; \033\\' "$HOME"`)
  await until(
    () => notified().length > 0,
    BOUND_MS,
    () => 'the notification',
  )
  expect(notified()).toEqual([`far|default|waiting|$(touch ${home.home}/run)";`])
  expect(existsSync(join(home.home, 'run'))).toBe(false)
  await terminal.type(DETACH)
  await terminal.exit()

  // Killed at any time: told already, it is not told again; what happened meanwhile is.
  killDaemon(home)
  await perchText(home, ['send', 'far', '--enter', 'go on'])
  await attentionIs(home, 'far', 'idle')
  await start(home, 'last', String.raw`read go; printf '\a'`)
  killDaemon(home)
  await perchText(home, ['send', 'last', '--enter', 'go'])
  await attentionIs(home, 'last', 'waiting')
  killDaemon(home)
  await until(
    () => notified().length > 1,
    BOUND_MS,
    () => 'the notification of the daemon that came after',
  )
  expect(notified()).toEqual([expect.stringMatching(/^far\|/), 'last|default|waiting|'])
  expect((await toldOf(home)).filter((line) => line === 'last waiting')).toEqual(['last waiting'])
})

test('a command that fails is logged once, and a setting that makes no sense is told with its place', async () => {
  await using home = temporaryHome()
  mkdirSync(home.paths.config, { recursive: true })
  const config = join(home.paths.config, 'config.toml')
  writeFileSync(config, '[notify]\ndesktop = false\ncommand = ["/no/such/program"]\n')
  const failures = () =>
    readFileSync(join(home.paths.state, 'daemon.log'), 'utf8')
      .split('\n')
      .filter((line) => line.includes('nobody could be notified'))
  await start(home, 'one', String.raw`printf '\a'`)
  await until(
    () => failures().length > 0,
    BOUND_MS,
    () => 'the failure in the log',
  )
  await start(home, 'two', String.raw`printf '\a'`)
  const told = join(home.paths.state, 'notified.json')
  await until(
    () => Object.keys(JSON.parse(readFileSync(told, 'utf8')).since).length === 2,
    BOUND_MS,
    () => 'the second one',
  )
  expect(failures()).toEqual([expect.stringContaining('ENOENT')])
  writeFileSync(config, '[notify]\nwhen = ["bored"]\n')
  expect(await perch(home, ['exec', '-d', '--', 'true'])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/config\.toml, line 2: notify\.when must be a list of/),
  })
})

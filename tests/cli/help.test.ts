/** The help texts, which are made from the table that parses the command line. */
import { describe, expect, test } from 'vitest'
import { overviewHelp, topicHelp } from '../../src/cli/help.js'
import { displayWidth } from '../../src/cli/present/display-width.js'
import { verbs } from '../../src/cli/verb-table.js'

const TOPICS = [...verbs.map(({ name }) => name), 'profile', 'daemon']

describe.each([40, 80, 200])('in %i columns', (width) => {
  test('the overview fits', () => {
    for (const line of overviewHelp(verbs, width)) expect(displayWidth(line), line).toBeLessThanOrEqual(width)
  })

  test.each(TOPICS)('perch help %s fits', (topic) => {
    for (const line of topicHelp(topic, verbs, width)) expect(displayWidth(line), line).toBeLessThanOrEqual(width)
  })
})

test('the overview names every verb that works, and each of them can be loaded', async () => {
  const overview = overviewHelp(verbs, 80).join('\n')
  for (const verb of verbs) {
    expect(overview).toContain(`  ${verb.name} `)
    expect(await verb.load()).toHaveProperty('run')
  }
})

test('the help of a verb', () => {
  expect(topicHelp('logs', verbs, 80)).toMatchInlineSnapshot(`
    [
      "Usage: perch logs SESSION [OPTIONS]",
      "",
      "What a session wrote.",
      "",
      "Into a file or a pipe the bytes come as they are; on a terminal without what",
      "would move its cursor (but see --raw).",
      "",
      "Options:",
      "  -f, --follow     go on until it ends",
      "  --stream STREAM  pty, stdout or stderr only",
      "  --from WHERE     an offset in bytes, tail:N (lines), or live",
      "  --raw            the bytes as they are, also on a terminal",
      "  --json           one JSON document on stdout",
      "  -h, --help       how to use this",
    ]
  `)
})

test('the help of a verb on a narrow terminal', () => {
  expect(topicHelp('rm', verbs, 40)).toMatchInlineSnapshot(`
    [
      "Usage: perch rm SESSION... [OPTIONS]",
      "",
      "Remove ended sessions and their logs.",
      "",
      "Options:",
      "  -f, --force",
      "      end live ones first",
      "  --json",
      "      one JSON document on stdout",
      "  -h, --help",
      "      how to use this",
    ]
  `)
})

test('the help of a group', () => {
  expect(topicHelp('daemon', verbs, 80)).toMatchInlineSnapshot(`
    [
      "Usage: perch daemon COMMAND",
      "",
      "  daemon status     whether the daemon runs",
      "  daemon start      start it",
      "  daemon stop       stop it until the next command needs it; sessions go on",
      "  daemon restart    replace it, after an upgrade; sessions go on",
      "  daemon logs       what it logged",
      "  daemon install    have systemd or launchd start it with your login",
      "  daemon uninstall  undo daemon install; sessions go on",
    ]
  `)
})

/** `perch usage` on terminals of several widths. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { UsageReply } from '../../../src/api/usage.js'
import { displayWidth } from '../../../src/cli/present/display-width.js'
import { usageLines } from '../../../src/cli/usage/usage-view.js'
import { after, NOW, PROFILES, profile, window5h } from './profiles.js'

const zone = process.env.TZ
beforeAll(() => {
  process.env.TZ = 'UTC'
})
afterAll(() => {
  if (zone === undefined) delete process.env.TZ
  else process.env.TZ = zone
})

function shown(reply: Partial<UsageReply>, width: number): readonly string[] {
  const profiles = reply.profiles ?? [...PROFILES]
  const lines = usageLines({ since: reply.since ?? null, profiles }, { width, nowMs: NOW, all: profiles })
  return lines.map((cells) =>
    cells
      .map((cell) => (typeof cell === 'string' ? cell : cell.text))
      .join('')
      .trimEnd(),
  )
}

describe('on a terminal', () => {
  test('of 40 columns', () => {
    expect(`\n${shown({}, 40).join('\n')}\n`).toMatchInlineSnapshot(`
      "
      default  command
        a command has no account that perch
        knows

      api  claude, last heard 12 min ago
        no limits told: an API key has none,
        and a login tells them with an answer
        tokens    950 in, 1.2k out, 99k cache
                  read, 12M cache written
        cost      <$0.01 (the agent's own
                  estimate)
        requests  1, 2 errors

      fresh  claude
        nothing heard yet: usage is told by
        sessions (perch run fresh)

      home  claude, last heard 1 d 3 h ago
        5h  ░░░░░░░░░░░░░░░░░░░░░░░░░░░░     ?
            began anew 2026-11-27 11:00, seen
            1 d 3 h ago
            was at 64 %; what is used since is
            not known
        7d  ███░░░░░░░░░░░░░░░░░░░░░░░░░  12 %
            resets 2026-12-02 06:00, in
            3 d 18 h, seen 1 d 3 h ago
            18 points below an even spread
            (30 %)
        tokens    10 in, 20 out, 30 cache
                  read, 40 cache written
        cost      not told
        requests  12

      play  claude, last heard 30 min ago
        5h  ████████░░░░░░░░░░░░░░░░░░░░  30 %
            resets 14:00, in 2 h, seen
            3 min ago
            29 points below an even spread
            (59 %)
        7d  ███████████░░░░░░░░░░░░░░░░░  41 %
            resets 2026-12-02 16:00, in
            4 d 4 h, seen 3 min ago
            about at an even spread (40 %)
        tokens    1.0M in, 52k out, 1.2G cache
                  read, 0 cache written
        cost      $12.35 (the agent's own
                  estimate; 3 requests without
                  one)
        requests  412, 7 dropped unread, which
                  are in no sum

      work  claude, last heard just now
        5h    ██████████████████████████ 100 %
              resets 14:00, in 2 h, seen
              3 min ago
              41 points ahead of an even
              spread (59 %)
        7d    ██████████████████░░░░░░░░  71 %
              resets 2026-11-29 18:00, in
              1 d 6 h, seen 3 min ago
              11 points below an even spread
              (82 %)
              used up at the rate of late:
              2026-11-29 08:00, in 20 h
        opus  █░░░░░░░░░░░░░░░░░░░░░░░░░   3 %
              its reset is not told, seen
              3 min ago
        work resets 14:00; home has room
        perch resume SESSION --end --profile
        home
        tokens    0 in, 0 out, 0 cache read, 0
                  cache written
        cost      $1.50 (the agent's own
                  estimate)
        requests  2

      codex  codex
        nothing heard yet: usage is told by
        sessions (perch run codex)
      "
    `)
  })

  test('of 80 columns', () => {
    expect(`\n${shown({}, 80).join('\n')}\n`).toMatchInlineSnapshot(`
      "
      default  command
        a command has no account that perch knows

      api  claude, last heard 12 min ago
        no limits told: an API key has none, and a login tells them with an answer
        tokens    950 in, 1.2k out, 99k cache read, 12M cache written
        cost      <$0.01 (the agent's own estimate)
        requests  1, 2 errors

      fresh  claude
        nothing heard yet: usage is told by sessions (perch run fresh)

      home  claude, last heard 1 d 3 h ago
        5h  ░░░░░░░░░░░░     ?  began anew 2026-11-27 11:00, seen 1 d 3 h ago
            was at 64 %; what is used since is not known
        7d  █░░░░░░░░░░░  12 %  resets 2026-12-02 06:00, in 3 d 18 h, seen 1 d 3 h ago
            18 points below an even spread (30 %)
        tokens    10 in, 20 out, 30 cache read, 40 cache written
        cost      not told
        requests  12

      play  claude, last heard 30 min ago
        5h  █████░░░░░░░░░░  30 %  resets 14:00, in 2 h, seen 3 min ago
            29 points below an even spread (59 %)
        7d  ██████░░░░░░░░░  41 %  resets 2026-12-02 16:00, in 4 d 4 h, seen 3 min ago
            about at an even spread (40 %)
        tokens    1.0M in, 52k out, 1.2G cache read, 0 cache written
        cost      $12.35 (the agent's own estimate; 3 requests without one)
        requests  412, 7 dropped unread, which are in no sum

      work  claude, last heard just now
        5h    █████████████ 100 %  resets 14:00, in 2 h, seen 3 min ago
              41 points ahead of an even spread (59 %)
        7d    █████████░░░░  71 %  resets 2026-11-29 18:00, in 1 d 6 h, seen 3 min ago
              11 points below an even spread (82 %)
              used up at the rate of late: 2026-11-29 08:00, in 20 h
        opus  █░░░░░░░░░░░░   3 %  its reset is not told, seen 3 min ago
        work resets 14:00; home has room
        perch resume SESSION --end --profile home
        tokens    0 in, 0 out, 0 cache read, 0 cache written
        cost      $1.50 (the agent's own estimate)
        requests  2

      codex  codex
        nothing heard yet: usage is told by sessions (perch run codex)
      "
    `)
  })

  test('of 120 columns', () => {
    expect(`\n${shown({}, 120).join('\n')}\n`).toMatchInlineSnapshot(`
      "
      default  command
        a command has no account that perch knows

      api  claude, last heard 12 min ago
        no limits told: an API key has none, and a login tells them with an answer
        tokens    950 in, 1.2k out, 99k cache read, 12M cache written
        cost      <$0.01 (the agent's own estimate)
        requests  1, 2 errors

      fresh  claude
        nothing heard yet: usage is told by sessions (perch run fresh)

      home  claude, last heard 1 d 3 h ago
        5h  ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░     ?  began anew 2026-11-27 11:00, seen 1 d 3 h ago
            was at 64 %; what is used since is not known
        7d  ████░░░░░░░░░░░░░░░░░░░░░░░░░░  12 %  resets 2026-12-02 06:00, in 3 d 18 h, seen 1 d 3 h ago
            18 points below an even spread (30 %)
        tokens    10 in, 20 out, 30 cache read, 40 cache written
        cost      not told
        requests  12

      play  claude, last heard 30 min ago
        5h  █████████░░░░░░░░░░░░░░░░░░░░░  30 %  resets 14:00, in 2 h, seen 3 min ago
            29 points below an even spread (59 %)
        7d  ████████████░░░░░░░░░░░░░░░░░░  41 %  resets 2026-12-02 16:00, in 4 d 4 h, seen 3 min ago
            about at an even spread (40 %)
        tokens    1.0M in, 52k out, 1.2G cache read, 0 cache written
        cost      $12.35 (the agent's own estimate; 3 requests without one)
        requests  412, 7 dropped unread, which are in no sum

      work  claude, last heard just now
        5h    ██████████████████████████████ 100 %  resets 14:00, in 2 h, seen 3 min ago
              41 points ahead of an even spread (59 %)
        7d    █████████████████████░░░░░░░░░  71 %  resets 2026-11-29 18:00, in 1 d 6 h, seen 3 min ago
              11 points below an even spread (82 %)
              used up at the rate of late: 2026-11-29 08:00, in 20 h
        opus  █░░░░░░░░░░░░░░░░░░░░░░░░░░░░░   3 %  its reset is not told, seen 3 min ago
        work resets 14:00; home has room
        perch resume SESSION --end --profile home
        tokens    0 in, 0 out, 0 cache read, 0 cache written
        cost      $1.50 (the agent's own estimate)
        requests  2

      codex  codex
        nothing heard yet: usage is told by sessions (perch run codex)
      "
    `)
  })
})

test.each([40, 60, 80, 120, 400])('at %d columns no line is longer, and without colours nothing is missing', (width) => {
  for (const line of shown({ since: after(-168) }, width)) expect(displayWidth(line)).toBeLessThanOrEqual(width)
})

test('where there is no terminal the lines are those of 80 columns', () => {
  expect(shown({}, Number.POSITIVE_INFINITY)).toEqual(shown({}, 80))
})

test('names that would act on a terminal do not, and take the room that they are shown in', () => {
  const evil = profile('a\u001b[31m\u202e', { agent: 'b\n', windows: [{ ...window5h(5, 1), kind: 'x\u0007' }] })
  const text = shown({ profiles: [evil] }, 60).join('\n')
  expect(text).toContain('a\\x1b[31m\\u202e')
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/)
})

test('without another profile that is known to have room none is proposed', () => {
  const full = profile('work', { windows: [window5h(100, 2)], lastAt: after(0) })
  const others = [profile('fresh'), profile('apart', { isolated: true, windows: [window5h(1, 2)] })]
  expect(shown({ profiles: [full, ...others] }, 80).join('\n')).toContain(
    'work resets 14:00; no other profile of claude is known to have room',
  )
})

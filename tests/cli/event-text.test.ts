import { describe, expect, test } from 'vitest'
import type { EventLine } from '../../src/api/event.js'
import { eventText } from '../../src/cli/present/event-text.js'

const at = '2026-03-04T05:06:07.000Z'
const common = { seq: 7, schema: 1, at, session: '3f2a91bc', name: 'build' } as const

/** Without the time, which depends on where the machine is. */
const shown = (line: object) =>
  eventText({ ...common, type: '', ...line } as EventLine).replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}/, '')

describe('an event for people', () => {
  test.each([
    [{ type: 'created', profile: 'work', originator: 'ci', parent: 'aa' }, 'created: work, by ci, in aa'],
    [{ type: 'created', profile: undefined, originator: null, parent: null }, 'created'],
    [{ type: 'attached', attachment: { id: '1', mode: 'controller' } }, 'attached: controller 1'],
    [{ type: 'stolen', attachment: { id: '1', mode: 'controller' }, by: '2' }, 'stolen: controller 1, taken over by 2'],
    [{ type: 'detached', attachment: { id: '1', mode: 'viewer' }, reason: 'detached' }, 'detached: viewer 1'],
    [
      { type: 'detached', attachment: { id: '1', mode: 'viewer' }, reason: 'kicked', by: 'ann' },
      'detached: viewer 1, kicked by ann',
    ],
    [{ type: 'ended', exit: { code: 3, signal: null, outcome: 'exited' } }, 'ended: exit 3'],
    [{ type: 'ended', exit: { code: null, signal: 'SIGKILL', outcome: 'killed' } }, 'ended: SIGKILL (killed)'],
    [{ type: 'tee-missed', tee: 't1', missed: 12 }, 'tee-missed: t1, 12 bytes'],
    [{ type: 'tee-failed', tee: 't1', problem: 'EPIPE' }, 'tee-failed: t1, EPIPE'],
    [{ type: 'disk-full', problem: 'no space left' }, 'disk-full: no space left'],
    [{ type: 'events-missed', count: 3 }, 'events-missed: 3 events before this one'],
    [{ type: 'lost' }, 'lost'],
    [{ type: 'something of a later version', attachment: 5 }, 'something of a later version'],
    [{ type: 'ended', exit: 'damaged' }, 'ended'],
  ])('%j', (line, text) => {
    expect(shown(line)).toBe(`3f2a91bc (build)  ${text}`)
  })

  test('of a profile names the profile', () => {
    const line = { session: null, name: null, profile: 'work' }
    expect(shown({ ...line, type: 'logged-out', problem: 'the client blanked its login' })).toBe(
      'profile work  logged-out: the client blanked its login',
    )
    expect(shown({ ...line, type: 'sync-conflict', entry: '.claude.json', problem: 'theme: it was written later' })).toBe(
      'profile work  sync-conflict: .claude.json, theme: it was written later',
    )
    expect(shown({ ...line, type: 'usage-warning', window: '5h', usedPercent: 83.7, resetsAt: null })).toBe(
      'profile work  usage-warning: 83 % of the limit of 5h used',
    )
    expect(shown({ ...line, profile: 5, type: 'sync-restored' })).toBe('profile ?  sync-restored')
  })

  test('says when in the time of the machine, and only the id of a session without a name', () => {
    const { seq, schema, session } = common
    const hours = new Date(at).getHours().toString().padStart(2, '0')
    expect(eventText({ seq, schema, at, session, name: null, type: 'lost' })).toMatch(
      new RegExp(String.raw`^2026-03-0\d ${hours}:\d\d:07 {2}3f2a91bc {2}lost$`),
    )
    expect(eventText({ ...common, at: 'no time', type: 'lost' })).toMatch(/^no time {2}/)
  })

  test('cannot move the cursor of a terminal', () => {
    expect(shown({ name: '\u001b[2J', type: 'disk-full', problem: 'a\nb' })).toBe('3f2a91bc (\\x1b[2J)  disk-full: a\\nb')
  })

  test('that is gone is counted', () => {
    expect(eventText({ schema: 1, type: 'gap', from: 4, to: 9 })).toBe('(6 events are not held any more: 4 to 9)')
  })
})

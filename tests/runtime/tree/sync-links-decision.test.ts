import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AdoptionLook, decideAdoption, decideLink, type LinkLook } from '../../../src/runtime/tree/sync-links-decision.js'

const HERE = '/shared/name'
const THERE = '/shared/other'
const link = (target: string, isOurs = true) => ({ kind: 'link', target, isOurs }) as const
const none = { kind: 'none' } as const

describe('a name', () => {
  const usual: LinkLook = { live: link(HERE), wanted: HERE, isGone: false, known: HERE, hasChangedSides: false }
  test.each([
    ['that is right', {}, 'leave'],
    ['new on the other side', { live: none, known: null }, 'link'],
    ['on neither side', { live: none, known: null, wanted: null, isGone: true }, 'leave'],
    ['whose link the client removed', { live: none }, 'leave'],
    ['removed on both sides', { live: none, wanted: null, isGone: true }, 'forget'],
    ['removed here, on a disk that is not there', { live: none, wanted: null }, 'leave'],
    ['linked, and nobody noted it', { known: null }, 'note'],
    ['whose entry leads elsewhere now', { live: link(THERE), known: THERE }, 'link'],
    ['that is another class now', { live: link(THERE), known: THERE, hasChangedSides: true }, 'leave'],
    ['whose entry is gone', { wanted: null, isGone: true }, 'drop'],
    ['whose entry leads nowhere for now', { wanted: null }, 'leave'],
    ['that is gone, of another class now', { wanted: null, isGone: true, hasChangedSides: true }, 'leave'],
    ['where the client has a link of its own', { live: link('/elsewhere', false) }, 'leave'],
    [
      'where it has one that leads nowhere',
      { live: link('/elsewhere', false), wanted: null, isGone: true, known: null },
      'leave',
    ],
    ['where the client put a file', { live: { kind: 'file' } }, 'adopt'],
    ['where the client made a file', { live: { kind: 'file' }, wanted: null, known: null, isGone: true }, 'adopt'],
    ['where the client has a folder', { live: { kind: 'other' } }, 'leave'],
  ] as const)('%s', (_, change, expected) => {
    expect(decideLink({ ...usual, ...change })).toBe(expected)
  })
})

describe('a file', () => {
  const replaced: AdoptionLook = {
    wasLinked: true,
    isQuiet: false,
    isOnSameDisk: true,
    isAppendOnly: false,
    target: 'file',
    hasSameContent: false,
    isTargetUntouched: true,
    isLiveNewer: true,
  }
  const quiet = { isQuiet: true }
  const other = { isOnSameDisk: false }
  const touched = { isTargetUntouched: false }
  const made = { wasLinked: false, target: 'none', isTargetUntouched: false } as const
  test.each([
    ['replaced', {}, 'install'],
    ['replaced, across disks', other, 'wait'],
    ['replaced, across disks, quiet', { ...other, ...quiet }, 'install'],
    ['replaced by the same', { hasSameContent: true }, 'wait'],
    ['replaced by the same, quiet', { hasSameContent: true, ...quiet }, 'relink'],
    ['of lines', { isAppendOnly: true }, 'wait'],
    ['of lines, quiet', { isAppendOnly: true, ...quiet }, 'unite-lines'],
    ['changed on both sides', touched, 'wait'],
    ['changed on both sides, quiet', { ...touched, ...quiet }, 'install-over-loser'],
    ['changed there later', { ...touched, ...quiet, isLiveNewer: false }, 'keep-target'],
    ['replaced, and gone there', { target: 'none' }, 'install'],
    ['replaced by a file, a folder there', { target: 'other', ...quiet }, 'leave'],
    ['made', made, 'wait'],
    ['made, quiet', { ...made, ...quiet }, 'install'],
    ['made, across disks', { ...made, ...quiet, ...other }, 'leave'],
    ['made here, and there by somebody else', { ...made, ...quiet, target: 'file' }, 'install-over-loser'],
  ] as const)('%s', (_, change, expected) => {
    expect(decideAdoption({ ...replaced, ...change })).toBe(expected)
  })

  test('whatever gives up the client’s inode waits until it is quiet', () => {
    const anyLook = fc.record({
      wasLinked: fc.boolean(),
      isQuiet: fc.constant(false),
      isOnSameDisk: fc.boolean(),
      isAppendOnly: fc.boolean(),
      target: fc.constantFrom('none', 'file', 'other'),
      hasSameContent: fc.boolean(),
      isTargetUntouched: fc.boolean(),
      isLiveNewer: fc.boolean(),
    })
    fc.assert(
      fc.property(anyLook, (look) => {
        const action = decideAdoption(look)
        if (action === 'install') expect(look.isOnSameDisk && look.wasLinked).toBe(true)
        else expect(['wait', 'leave']).toContain(action)
      }),
    )
  })
})

/** The slow pass, with watches that tell nothing: it finds every change, and looks at nothing where there was none. */
import { chmodSync, lstatSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { until } from '../../kit/bounded.js'
import { login, type ProfileLab, readJson, readText, writeByRename, writeNew } from '../profile-lab.js'
import { LIVE_BOUND_MS, type LiveLab, openLiveLab } from './live-lab.js'

const DEAF = () => ({ close: () => undefined })

async function openDeafLab(): Promise<LiveLab> {
  const lab = await openLiveLab({ watch: DEAF })
  const { first } = lab
  writeNew(first.globalDocument, '{"theme":"dark"}')
  writeNew(first.inShared('settings.json'), '{"theme":"dark"}')
  writeNew(first.inShared('CLAUDE.md'), 'old')
  writeNew(first.durableLogin, login('old'))
  mkdirSync(join(first.root, 'outside'))
  symlinkSync(join(first.root, 'outside', 'later'), first.inShared('later'))
  await lab.acquire(first)
  await lab.idle()
  await rest(lab)
  return lab
}

/** Passes until one finds that nothing can have happened. */
async function rest(lab: LiveLab): Promise<void> {
  for (let before = ''; before !== lastPass(lab); ) {
    before = lastPass(lab)
    // So that a later pass has another time.
    await sleep(2)
    lab.live.slowPass()
    await lab.idle()
  }
}

function lastPass({ live }: LiveLab): string {
  return live.get('work')?.lastPassAt ?? 'none'
}

const CHANGES: readonly (readonly [string, (lab: ProfileLab) => void, (lab: ProfileLab) => boolean])[] = [
  [
    'a login that the client replaced',
    (lab) => writeByRename(lab.inRuntime('.credentials.json'), login('fresh')),
    (lab) => isLink(lab.inRuntime('.credentials.json')) && readText(lab.durableLogin) === login('fresh'),
  ],
  [
    'a key of a replica',
    (lab) => writeByRename(lab.inRuntime('.claude.json'), '{"theme":"light"}'),
    (lab) => readJson(lab.globalDocument).theme === 'light',
  ],
  [
    'a key of the shared document',
    (lab) => writeByRename(lab.globalDocument, '{"theme":"light"}'),
    (lab) => readJson(lab.inRuntime('.claude.json')).theme === 'light',
  ],
  [
    'a key of the shared settings',
    (lab) => writeByRename(lab.inShared('settings.json'), '{"theme":"light"}'),
    (lab) => readJson(lab.inRuntime('settings.json')).theme === 'light',
  ],
  [
    'a linked file that the client replaced',
    (lab) => writeByRename(lab.inRuntime('CLAUDE.md'), 'new'),
    (lab) => readText(lab.inShared('CLAUDE.md')) === 'new',
  ],
  [
    'a new shared entry',
    (lab) => writeNew(lab.inShared('new.md'), 'new'),
    (lab) => readOrNull(lab.inRuntime('new.md')) === 'new',
  ],
  ['a shared entry that is gone', (lab) => rmSync(lab.inShared('CLAUDE.md')), (lab) => !isLink(lab.inRuntime('CLAUDE.md'))],
  [
    'what a link of the shared home leads to',
    (lab) => writeNew(join(lab.root, 'outside', 'later'), 'there now'),
    (lab) => readOrNull(lab.inRuntime('later')) === 'there now',
  ],
]

describe('with watches that tell nothing, a slow pass finds', () => {
  test.each(CHANGES)('%s', async (what, change, isSeen) => {
    await using lab = await openDeafLab()
    change(lab.first)
    expect(isSeen(lab.first)).toBe(false)
    lab.live.slowPass()
    await until(
      () => isSeen(lab.first),
      LIVE_BOUND_MS,
      () => what,
    )
  })
})

test('over a runtime at rest it looks at nothing, and a change of somebody else’s makes one pass', async () => {
  await using lab = await openDeafLab()
  const before = lastPass(lab)
  for (let pass = 0; pass < 10; pass += 1) {
    await sleep(2)
    lab.live.slowPass()
    await lab.idle()
  }
  expect(lastPass(lab)).toBe(before)
  chmodSync(lab.first.inShared(), 0o750)
  lab.live.slowPass()
  await lab.idle()
  expect(lastPass(lab)).not.toBe(before)
})

test('after many that found nothing, one looks at everything all the same', async () => {
  await using lab = await openDeafLab()
  const before = lastPass(lab)
  let passes = 0
  while (lastPass(lab) === before && passes < 100) {
    passes += 1
    lab.live.slowPass()
    await lab.idle()
  }
  expect(passes).toBeGreaterThan(10)
  expect(passes).toBeLessThan(100)
})

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
}

function readOrNull(path: string): string | null {
  try {
    return readText(path)
  } catch {
    return null
  }
}

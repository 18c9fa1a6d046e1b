/** When a recording shows what, and what its keys are. The clock is the test's. */
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type PaceOptions, PlaybackPace } from '../../../src/cli/recording/playback-pace.js'
import { PlayerKeys } from '../../../src/cli/recording/player-keys.js'
import { cutAt } from './pieces.js'

describe('the pace', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  /** Plays pieces at these times; `shown` are the milliseconds at which they came. */
  function play(times: readonly number[], options: Partial<PaceOptions> = {}) {
    const pace = new PlaybackPace({ speed: 1, idleLimitMs: Number.POSITIVE_INFINITY, ...options })
    const startMs = performance.now()
    const shown: number[] = []
    const run = async () => {
      for (const seconds of times) {
        await pace.reach(seconds)
        shown.push(Math.round(performance.now() - startMs))
      }
    }
    return { pace, shown, played: run() }
  }

  test.each([
    ['as it was', {}, [0, 500, 10_500]],
    ['faster', { speed: 4 }, [0, 125, 2625]],
    ['slower', { speed: 0.5 }, [0, 1000, 21_000]],
    ['without long pauses', { idleLimitMs: 2000 }, [0, 500, 2500]],
    ['both: the limit is one of the recording', { idleLimitMs: 2000, speed: 2 }, [0, 250, 1250]],
  ] as const)('%s', async (_, options, expected) => {
    const { shown, played } = play([0, 0.5, 10.5], options)
    await vi.runAllTimersAsync()
    await played
    expect(shown).toEqual(expected)
  })

  test('a pause lasts as long as it lasts, and counts for nothing afterwards', async () => {
    const { pace, shown, played } = play([0, 1, 2])
    await vi.advanceTimersByTimeAsync(400)
    pace.togglePause()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(shown).toEqual([0])
    pace.togglePause()
    await vi.advanceTimersByTimeAsync(600)
    expect(shown).toEqual([0, 11_000])
    await vi.runAllTimersAsync()
    await played
    expect(shown).toEqual([0, 11_000, 12_000])
  })

  test('a step shows one piece and no other, only while it is paused, and the rest goes on from there', async () => {
    const { pace, shown, played } = play([0, 100, 200, 300])
    await vi.advanceTimersByTimeAsync(10)
    pace.step()
    await vi.advanceTimersByTimeAsync(10)
    expect(shown).toEqual([0])
    pace.togglePause()
    pace.step()
    await vi.advanceTimersByTimeAsync(500_000)
    expect(shown).toEqual([0, 20])
    pace.step()
    await vi.advanceTimersByTimeAsync(0)
    expect(shown).toEqual([0, 20, 500_020])
    pace.togglePause()
    await vi.runAllTimersAsync()
    await played
    expect(shown.at(-1)).toBe(600_020)
  })

  test('an end waits for nothing, paused or not', async () => {
    for (const isPaused of [true, false]) {
      const { pace, played } = play([1, 2, 3])
      if (isPaused) pace.togglePause()
      await vi.advanceTimersByTimeAsync(0)
      pace.stop()
      await played
      expect(vi.getTimerCount()).toBe(0)
    }
  })

  test('a pause that no timer can hold is waited for all the same', async () => {
    const { shown, played } = play([0, 5_000_000])
    await vi.runAllTimersAsync()
    await played
    expect(shown).toEqual([0, 5_000_000_000])
  })
})

describe('the keys', () => {
  const typed = (text: string) => new PlayerKeys().push(Buffer.from(text))

  test.each([
    ['as they are', ' .q\x03', ['pause', 'step', 'quit', 'interrupt']],
    ['in the kitty keyboard protocol', '\x1b[32u\x1b[46;1u\x1b[113;129u\x1b[99;5u', ['pause', 'step', 'quit', 'interrupt']],
    ['held down and let go', '\x1b[32;1:2u\x1b[32;1:3u', ['pause']],
    ['of modifyOtherKeys', '\x1b[27;5;99~', ['interrupt']],
    ['after Escape', '\x1bq', ['quit']],
    ['with others held', '\x1b[113;5u\x1b[99;1u', []],
    ['other keys', 'aQé\x1b[A\x1bOq\x1b[1;5C\x1b[5~\x1a', []],
    ['what a terminal answers', '\x1b[?1;2c\x1b[24;80R\x1b]11;rgb:0/0/q . \x07\x1bP>|q . (3)\x1b\\\x1b_Gq\x1b\\', []],
    ['a key behind an answer', '\x1b]11;q\x1b\\q', ['quit']],
  ])('%s', (_, text, keys) => {
    expect(typed(text)).toEqual(keys)
  })

  test('are the same however they arrive', () => {
    const part = fc.constantFrom(
      ' ',
      'q',
      '.',
      '\x1b[113u',
      '\x1b[A',
      '\x1b]1;q\x1b\\',
      '\x1bOP',
      '\x1b',
      'x',
      '\x1b[99;5u',
      '\x1bPq\x07',
    )
    fc.assert(
      fc.property(fc.array(part), fc.array(fc.nat(60)), (parts, cuts) => {
        const keys = new PlayerKeys()
        const pieces = cutAt(Buffer.from(parts.join('')), cuts)
        expect(pieces.flatMap((piece) => keys.push(piece))).toEqual(typed(parts.join('')))
      }),
    )
  })
})

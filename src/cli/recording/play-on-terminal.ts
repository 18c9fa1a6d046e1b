/** Plays a recording on the person's terminal until it ends or the person ends it. It always gives the terminal back. */
import { WithoutQueries } from '../../screen/without-queries.js'
import { FirstEnd } from '../first-end.js'
import { listen } from '../streams/own-signals.js'
import { DetachKeyFilter } from '../terminal/detach-key.js'
import type { DetachKeys } from '../terminal/detach-key-names.js'
import { LEAVING_SIGNALS } from '../terminal/leaving.js'
import type { OuterTerminal } from '../terminal/outer-terminal.js'
import { restoreSequence } from '../terminal/restore-sequence.js'
import { ShownOutput } from '../terminal/shown-output.js'
import { type PaceOptions, PlaybackPace } from './playback-pace.js'
import { type PlayerKey, PlayerKeys } from './player-keys.js'
import type { Recording } from './read-recording.js'

export type PlayEnd =
  | { readonly kind: 'ended' | 'quit' | 'interrupted' }
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }

export interface PlayOptions {
  readonly outputs: Recording['outputs']
  readonly terminal: OuterTerminal
  readonly pace: PaceOptions
  readonly detachKeys: DetachKeys
}

/**
 * Resolves when the terminal is the shell's again.
 * @throws PerchError `no-terminal`, and what reading the recording throws
 */
export async function playOnTerminal({ outputs, terminal, pace: options, detachKeys }: PlayOptions): Promise<PlayEnd> {
  const ending = new FirstEnd<PlayEnd>()
  let stopSignals: (() => void) | undefined
  const pace = new PlaybackPace(options)
  const shown = new ShownOutput()
  // Nobody who could be answered asks.
  const without = new WithoutQueries()
  let isPlaying = false
  try {
    terminal.takeKeys()
    stopSignals = listen(LEAVING_SIGNALS, (signal) => ending.set({ kind: 'signal', signal }))
    await terminal.passOutput()
    if (ending.current) return ending.current
    isPlaying = true
    terminal.onGone(() => ending.set({ kind: 'signal', signal: 'SIGHUP' }))
    followKeys(terminal, pace, detachKeys, ending)
    const play = async () => {
      for await (const { seconds, text } of outputs) {
        await pace.reach(seconds)
        if (ending.current) return
        const bytes = without.push(Buffer.from(text))
        shown.add(bytes)
        await terminal.write(bytes)
      }
      ending.set({ kind: 'ended' })
    }
    play().catch((error: unknown) => ending.fail(error))
    return await ending.reached
  } finally {
    stopSignals?.()
    pace.stop()
    await terminal.close(isPlaying ? restoreSequence(shown.leaveState(ending.current?.kind === 'ended')) : '')
  }
}

function followKeys(terminal: OuterTerminal, pace: PlaybackPace, detachKeys: DetachKeys, ending: FirstEnd<PlayEnd>): void {
  const act: Record<PlayerKey, () => void> = {
    pause: () => pace.togglePause(),
    step: () => pace.step(),
    quit: () => ending.set({ kind: 'quit' }),
    interrupt: () => ending.set({ kind: 'interrupted' }),
  }
  // What the filter holds back of a sequence that is not complete needs no timer: Escape alone means nothing here.
  const filter = new DetachKeyFilter(detachKeys)
  const keys = new PlayerKeys()
  terminal.onInput((chunk) => {
    const { pass, detach } = filter.push(chunk)
    for (const key of keys.push(pass)) act[key]()
    if (detach) ending.set({ kind: 'quit' })
  })
}

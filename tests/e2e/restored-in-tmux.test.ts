/**
 * A restored screen with tmux as the terminal outside, which is another judge than the model of our own: what it shows of a
 * session that was left, changed and found again is compared with what it shows of everything the program wrote.
 */
import { expect, test } from 'vitest'
import { ScreenModel } from '../../src/screen/screen-model.js'
import { until } from '../kit/bounded.js'
import { perchBundle, perchText } from '../kit/perch-program.js'
import { requires } from '../kit/requirement.js'
import { openHome, PROGRAMS, SIZE, start } from '../kit/screen-programs.js'
import type { OpenTerminal } from '../kit/terminal.js'
import { openTmux, type Tmux } from '../kit/tmux.js'
import { shownRows } from '../screen/terminal-state.js'

const BOUND_MS = 20_000

/** What tmux knows of a pane besides its cells. */
const FLAGS = [
  ...['cursor_x', 'cursor_y', 'cursor_flag', 'alternate_on', 'insert_flag', 'keypad_flag', 'keypad_cursor_flag', 'wrap_flag'],
  ...['mouse_all_flag', 'mouse_button_flag', 'mouse_sgr_flag', 'mouse_standard_flag', 'mouse_utf8_flag', 'origin_flag'],
  ...['scroll_region_upper', 'scroll_region_lower', 'pane_tabs'],
]

/** A pane, and what somebody who looks at it sees: tmux's own captures leave out the colours of cells that nothing was written to. */
interface Watched {
  readonly tmux: Tmux
  readonly terminal: OpenTerminal
}

async function paneOf({ tmux, terminal }: Watched): Promise<unknown> {
  const model = new ScreenModel({ size: SIZE, scrollback: 0 })
  await model.feed(terminal.output())
  const screen = shownRows(model)
  model.dispose()
  return { screen, ...(await tmux.variables(FLAGS)) }
}

/** The panes are the same as soon as everything that the program wrote has come through. */
async function expectSamePane(pane: Watched, twin: Watched): Promise<void> {
  let last: readonly unknown[] = []
  const isSame = async () => {
    last = [await paneOf(pane), await paneOf(twin)]
    return JSON.stringify(last[0]) === JSON.stringify(last[1])
  }
  await until(isSame, BOUND_MS, () => 'the twin').catch(() => expect(last[0]).toEqual(last[1]))
}

test.for(PROGRAMS)('$name, left and found again, is what it would be without', async (program, context) => {
  const { needs, ready, keys, changed } = program
  requires(context, 'tmux', ...(needs ? [needs] : []))
  await using home = await openHome()
  await start(home, program)
  const env = ['env', 'PS1=out> ', `PERCH=${process.execPath} ${perchBundle()}`] as const
  await using tmux = await openTmux(home, [...env, 'sh'], { size: SIZE })
  const attach = async (shows: string | RegExp) => {
    await tmux.waitForText(/out> *\n*$/)
    await tmux.sendText('$PERCH attach one')
    await tmux.sendKeys('Enter')
    await tmux.waitForText(shows)
  }
  await attach(ready)
  await tmux.sendKeys('C-\\')
  await tmux.waitForText('detached from')
  // Changes that nobody sees.
  await perchText(home, ['send', 'one', keys])
  await attach(changed)
  // Everything that it wrote, in one go, and what it goes on to write: some draw again by themselves.
  await using twin = await openTmux(
    home,
    [...env, 'sh', '-c', 'stty raw -echo; $PERCH logs one --raw --follow; exec sleep 600'],
    {
      size: SIZE,
    },
  )
  await using terminal = await tmux.watch()
  await using ofTwin = await twin.watch()
  await expectSamePane({ tmux, terminal }, { tmux: twin, terminal: ofTwin })
  await perchText(home, ['kill', 'one', '--grace', '0s'])
})

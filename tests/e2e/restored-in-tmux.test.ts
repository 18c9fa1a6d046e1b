/**
 * A restored screen with tmux as the terminal outside, which is another judge than the model of our own: what it shows of a
 * session that was left, changed and found again is compared with what it shows of everything the program wrote.
 */
import { expect, test } from 'vitest'
import { until } from '../kit/bounded.js'
import { perchBundle, perchText } from '../kit/perch-program.js'
import { requires } from '../kit/requirement.js'
import { openHome, PROGRAMS, SIZE, start } from '../kit/screen-programs.js'
import { openTmux, type Tmux } from '../kit/tmux.js'

const BOUND_MS = 20_000

/** What tmux knows of a pane besides its cells. */
const FLAGS = [
  ...['cursor_x', 'cursor_y', 'cursor_flag', 'alternate_on', 'insert_flag', 'keypad_flag', 'keypad_cursor_flag', 'wrap_flag'],
  ...['mouse_all_flag', 'mouse_button_flag', 'mouse_sgr_flag', 'mouse_standard_flag', 'mouse_utf8_flag', 'origin_flag'],
  ...['scroll_region_upper', 'scroll_region_lower', 'pane_tabs'],
]

const LINES: Readonly<Record<string, string>> = { l: '┌', q: '─', k: '┐', x: '│', m: '└', j: '┘' }

async function paneOf(tmux: Tmux): Promise<unknown> {
  const lines = (await tmux.capture({ escapes: true })).replace(/\x0e([^\x0f]*)\x0f/g, (_, drawn: string) => asCharacters(drawn))
  return { screen: lines.split('\n'), ...(await tmux.variables(FLAGS)) }
}

/** Lines that were drawn with the line drawing set are told as such, and a restored screen draws them with characters. */
function asCharacters(drawn: string): string {
  return drawn.replace(/[a-z]/g, (name) => LINES[name] ?? name)
}

/** The panes are the same as soon as everything that the program wrote has come through. */
async function expectSamePane(pane: Tmux, twin: Tmux): Promise<void> {
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
  // Everything that it wrote, in one go.
  await using twin = await openTmux(home, [...env, 'sh', '-c', 'stty raw -echo; $PERCH logs one --raw; exec sleep 600'], {
    size: SIZE,
  })
  await expectSamePane(tmux, twin)
  await perchText(home, ['kill', 'one', '--grace', '0s'])
})

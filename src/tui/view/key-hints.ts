/** Which keys do what: in one line at the bottom as far as they fit, and all of them as help. Pure. */
import type { Session } from '../../api/session.js'
import { isLive } from '../../cli/session-view.js'
import type { DashboardState } from '../model/state.js'
import { cutLine, type Line, lineWidth, span } from '../paint/line.js'

type Hint = readonly [key: string, does: string]

const HELP: Hint = ['?', 'help']
const QUIT: Hint = ['q', 'quit']
const ENTER: Hint = ['Enter', 'attach']

/** Those that make sense at the moment; what does not fit is left out, but for the last two. */
export function keyHints(state: DashboardState, selected: Session | undefined, width: number): Line {
  const [hints, last] = hintsOf(state, selected)
  const fixed = hintsLine(last)
  let shown = hints
  while (shown.length > 0 && lineWidth(hintsLine([...shown, ...last])) > width) shown = shown.slice(0, -1)
  return shown.length > 0 ? hintsLine([...shown, ...last]) : cutLine(fixed, width)
}

function hintsOf({ mode, filter, showsEnded }: DashboardState, selected: Session | undefined): readonly [Hint[], Hint[]] {
  switch (mode.kind) {
    case 'prompt':
      return [
        [],
        [
          [ENTER[0], mode.purpose === 'filter' ? 'keep' : mode.purpose],
          ['Esc', mode.purpose === 'filter' ? 'show all' : 'leave'],
        ],
      ]
    case 'confirm':
      return [
        [],
        [
          ['y', 'yes'],
          ['any other key', 'no'],
        ],
      ]
    case 'choose-profile':
      return [
        [],
        [
          ['Left Right', 'choose'],
          [ENTER[0], 'start here'],
          ['Esc', 'leave'],
        ],
      ]
    case 'help':
      return [[], [['any key', 'back']]]
    case 'list': {
      const start: Hint = ['n', 'start']
      const all: Hint = ['a', showsEnded ? 'hide ended' : 'show ended']
      const find: Hint = filter === '' ? ['/', 'filter'] : ['Esc', 'show all']
      if (!selected)
        return [
          [start, all, find],
          [HELP, QUIT],
        ]
      const live: Hint[] = isLive(selected)
        ? [ENTER, ['s', 'send'], ['x', 'kill'], ['v', 'view']]
        : [
            [ENTER[0], 'look'],
            ['x', 'remove'],
          ]
      return [
        [...live, start, find, ['r', 'rename'], all],
        [HELP, QUIT],
      ]
    }
  }
}

function hintsLine(hints: readonly Hint[]): Line {
  return hints.flatMap(([key, does], at) => [
    span(`${at > 0 ? '  ' : ''}${key}`, { bold: true }),
    span(` ${does}`, { tone: 'quiet' }),
  ])
}

const ALL: readonly Hint[] = [
  ['Up Down k j', 'select; PgUp PgDn Home End g G'],
  ['Enter', 'attach; the detach key (Ctrl-\\) returns'],
  ['v', 'look only: no input, no size'],
  ['s', 'send a line without attaching'],
  ['x', 'kill, or remove one that has ended'],
  ['r', 'rename'],
  ['n', 'start a session here, with a profile'],
  ['/', 'filter by name, profile, state or folder'],
  ['a p', 'ended sessions; profiles'],
  ['q Ctrl-C Ctrl-Z', 'quit; suspend'],
]

/** A line for each key. */
export function helpLines(): readonly Line[] {
  return ALL.map(([key, does]) => [span(`  ${key.padEnd(16)}`, { bold: true }), span(does)])
}

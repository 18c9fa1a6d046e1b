/**
 * What is written to the outer terminal when a person leaves a program that goes on running, so that the shell gets the
 * terminal as it was: the program had no chance to clean up. Pure.
 */

/** Ends whatever string (OSC, DCS) the cut may have left open; nothing otherwise. */
const STRING_TERMINATOR = '\x1b\\'

/**
 * Kitty keyboard: each screen has its own stack, of which a program may have pushed several entries; popping more than
 * there are resets the flags (kitty keyboard protocol, "Progressive enhancement").
 */
const POP_KITTY_KEYBOARD = '\x1b[<99u'

/** Not sent on the main screen: xterm and tmux would still restore a saved cursor, and jump to a stale position. */
const LEAVE_ALTERNATE_SCREEN = '\x1b[?1049l'

/** Private modes that are off in a terminal's ordinary state, reset whether or not they were seen to be set. */
const MODES_OFF = [
  '\x1b[>4m', // modifyOtherKeys, to what the terminal was set up with
  '\x1b[?9;1000;1001;1002;1003l', // mouse
  '\x1b[?1005;1006;1015;1016l', // and its encodings
  '\x1b[?1004l', // focus reports
  '\x1b[?2004l', // bracketed paste
  '\x1b[?2026l', // synchronised output, which would hide what the shell prints
  '\x1b[?2031;2048l', // reports of colours and sizes
  '\x1b[?1l\x1b>', // application cursor keys and keypad
  '\x1b[4l\x1b[20l', // insert, line feed with carriage return
].join('')
/** Those, and what the other sequences here take care of; modes of them that were set need no resetting by themselves. */
const HANDLED_MODES = new Set([1, 6, 7, 9, 25, 47, 69, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1015, 1016, 1047, 1048, 1049])
/** On in a terminal's ordinary state: automatic repeat of keys, Meta sending Escape and eight bits, scrolling to the bottom at a key. */
const ORDINARILY_ON = new Set([7, 8, 25, 1034, 1036, 1039, 1011])

/** The scroll region is reset between DECSC and DECRC, since that moves the cursor home. */
const RENDITION = [
  '\x1b7\x1b[?69l\x1b[?6l\x1b[r\x1b8', // margins, origin mode
  '\x1b[0m\x1b[0"q\x1b]8;;\x1b\\\x1b(B\x0f', // colours, protection, hyperlink, character set
  '\x1b[?7h', // wrap
  '\x1b[?25h\x1b[0 q', // cursor shown, in its own shape
].join('')

/** DECST8C: a stop at every eighth column. */
const ORDINARY_TABS = '\x1b[?5W'

/** To the last line, so that what follows does not run through what the program drew on the main screen. */
const BELOW_EVERYTHING = '\x1b[999;1H\r\n'

export interface LeaveState {
  /** The terminal shows the alternate screen. */
  readonly isAlternate: boolean
  /** The program has ended by itself and left the cursor where the next line belongs. */
  readonly ended: boolean
  /** The last byte written was not a newline. */
  readonly isInMidLine: boolean
  /** DEC private modes that are set. */
  readonly modes: readonly number[]
  /** Numbers of the `OSC` sequences that give back changed colours. */
  readonly changedColours: readonly string[]
  readonly haveTabsChanged: boolean
}

/** The sequence for leaving in this state. */
export function restoreSequence(state: LeaveState): string {
  const position = state.isAlternate ? '' : state.ended ? (state.isInMidLine ? '\r\n' : '') : BELOW_EVERYTHING
  const others = state.modes.filter((mode) => !HANDLED_MODES.has(mode) && !ORDINARILY_ON.has(mode))
  return [
    STRING_TERMINATOR,
    MODES_OFF,
    ...others.map((mode) => `\x1b[?${mode}l`),
    ...state.changedColours.map((number) => `\x1b]${number}\x1b\\`),
    mainScreen(state.isAlternate),
    RENDITION,
    state.haveTabsChanged ? ORDINARY_TABS : '',
    position,
  ].join('')
}

/** Before a screen is drawn once more: to the main screen, with nothing on the stacks of the keyboard. */
export function beforeRedraw(isAlternate: boolean): string {
  return STRING_TERMINATOR + mainScreen(isAlternate)
}

function mainScreen(isAlternate: boolean): string {
  return isAlternate ? POP_KITTY_KEYBOARD + LEAVE_ALTERNATE_SCREEN + POP_KITTY_KEYBOARD : POP_KITTY_KEYBOARD
}

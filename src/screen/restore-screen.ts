/**
 * The sequence that makes a terminal of the same size, on its main screen and with its ordinary modes, what the model is: what
 * it shows, and all that decides what the next bytes will do. What shows comes first; in one synchronised update.
 */
import type { IBuffer, Terminal } from '@xterm/headless'
import { isProtected, linkNumber, styleKey, styleSequence } from './cell-style.js'
import { charsetNames, DESIGNATORS } from './charsets.js'
import { attributesOf, drawLines, writeLines } from './draw-lines.js'
import type { KeptModes } from './kept-modes.js'
import { type Attributes, type CoreBuffer, coreOf, type XtermCore } from './xterm-core.js'

export interface RestoredTerminal {
  readonly terminal: Terminal
  readonly kept: KeptModes
}

const CLEAR = '\x1b[H\x1b[2J'
const ORDINARY = '\x1b[0m\x1b(B\x0f\x1b[?6l\x1b[r\x1b[?7h\x1b[4l\x1b[20l'
const BEGIN = `\x1b[?2026h\x1b[?25l${ORDINARY}`
const MOUSE_PROTOCOLS = { NONE: '', X10: '\x1b[?9h', VT200: '\x1b[?1000h', DRAG: '\x1b[?1002h', ANY: '\x1b[?1003h' }
const TAB_WIDTH = 8

/** `scrollback` is how many lines above the screen are written before it. */
export function restoreScreen(restored: RestoredTerminal, { scrollback }: { readonly scrollback: number }): string {
  const core = coreOf(restored.terminal)
  return [
    BEGIN,
    drawScreens(restored, core, scrollback),
    tabStops(core.buffers.active, restored.terminal.cols),
    restored.kept.sequence(),
    ownModes(core),
    `${savedState(restored.terminal, core, 'active')}\x1b7`,
    charsets(core),
    scrollRegion(core.buffers.active, restored.terminal.rows),
    cursor(restored, core),
  ].join('')
}

/** Only the lines above the screen, for a terminal that is restored from another one. */
export function drawAbove(terminal: Terminal, lines: number): string {
  return `${BEGIN}${above(terminal, coreOf(terminal), lines)}`
}

function drawScreens({ terminal, kept }: RestoredTerminal, core: XtermCore, scrollback: number): string {
  const { normal, alternate, active } = terminal.buffer
  const screens = [above(terminal, core, scrollback), CLEAR, draw(terminal, core, normal), kept.kittySequence('normal')]
  if (active.type === 'normal') return screens.join('')
  // The cursor that leaving the alternate screen goes back to is saved by entering it.
  // Where each screen has tabs of its own, those of this one have to be set while it shows.
  const before = tabStops(core.buffers.normal, terminal.cols) + savedState(terminal, core, 'normal')
  return [
    ...screens,
    before,
    `\x1b[?1049h`,
    ORDINARY,
    CLEAR,
    draw(terminal, core, alternate),
    kept.kittySequence('alternate'),
  ].join('')
}

function draw(terminal: Terminal, core: XtermCore, buffer: IBuffer): string {
  return drawLines({
    buffer,
    first: buffer.baseY,
    count: terminal.rows,
    cols: terminal.cols,
    linkSequence: (number) => linkSequence(core, number),
  })
}

/** Lines that the screen has scrolled past, pushed out of sight by as many empty ones as it has rows. */
function above(terminal: Terminal, core: XtermCore, scrollback: number): string {
  const buffer = terminal.buffer.normal
  const count = Math.min(scrollback, buffer.baseY)
  if (count === 0) return ''
  const first = buffer.baseY - count
  const lines = writeLines({ buffer, first, count, cols: terminal.cols, linkSequence: (number) => linkSequence(core, number) })
  return `${CLEAR}${lines}\x1b[${terminal.rows}H${'\n'.repeat(terminal.rows - 1)}`
}

function linkSequence(core: XtermCore, number: number): string {
  const link = number === 0 ? undefined : core._oscLinkService.getLinkData(number)
  return link === undefined ? '\x1b]8;;\x1b\\' : `\x1b]8;${link.id === undefined ? '' : `id=${link.id}`};${link.uri}\x1b\\`
}

/** The cursor as it was saved, with what is saved with it: to be followed by what saves it. */
function savedState(terminal: Terminal, core: XtermCore, which: 'active' | 'normal'): string {
  const { savedX, savedY, ybase, savedCurAttrData, savedCharset } = core.buffers[which]
  const row = Math.max(0, savedY - ybase)
  const set = `${penSequence(core, savedCurAttrData)}\x1b(${DESIGNATORS.get(savedCharset) ?? 'B'}`
  // Behind the last column it can only wait after a character.
  const last = savedX < terminal.cols ? undefined : lastCharacter(terminal, terminal.buffer[which], { x: savedX, y: row })
  return last
    ? `\x1b[${row + 1};${last.column + 1}H${styleSequence(last.style)}${last.chars}${set}`
    : `${set}\x1b[${row + 1};${savedX + 1}H`
}

function penSequence(core: XtermCore, attributes: Attributes): string {
  const link = linkNumber(attributes)
  return (
    styleSequence(attributes) + (link === 0 ? '' : linkSequence(core, link)) + (isProtected(attributes) ? '\x1b[1"q' : '\x1b[0"q')
  )
}

function tabStops({ tabs }: CoreBuffer, cols: number): string {
  const stops = Array.from({ length: cols }, (_, column) => column).filter((column) => tabs[column])
  const isOrdinary = stops.length === Math.ceil(cols / TAB_WIDTH) && stops.every((column) => column % TAB_WIDTH === 0)
  return isOrdinary ? '' : `\x1b[3g${stops.map((column) => `\x1b[${column + 1}G\x1bH`).join('')}`
}

function charsets(core: XtermCore): string {
  const { glevel } = core._charsetService
  const names = charsetNames(core._charsetService._charsets)
  const designated = names.map((name, set) => (name === 'B' ? '' : `\x1b${'()*+'[set]}${name}`)).join('')
  return `\x1b(B${designated}${['\x0f', '\x0e', '\x1bn', '\x1bo'][glevel] ?? '\x0f'}`
}

function scrollRegion({ scrollTop, scrollBottom }: CoreBuffer, rows: number): string {
  return scrollTop === 0 && scrollBottom === rows - 1 ? '' : `\x1b[${scrollTop + 1};${scrollBottom + 1}r`
}

function ownModes({ coreService, coreMouseService }: XtermCore): string {
  const { decPrivateModes: modes, isCursorHidden } = coreService
  return [
    modes.applicationCursorKeys ? '\x1b[?1h' : '',
    modes.applicationKeypad ? '\x1b=' : '',
    modes.bracketedPasteMode ? '\x1b[?2004h' : '',
    modes.reverseWraparound ? '\x1b[?45h' : '',
    modes.sendFocus ? '\x1b[?1004h' : '',
    MOUSE_PROTOCOLS[coreMouseService.activeProtocol],
    isCursorHidden ? '' : '\x1b[?25h',
  ].join('')
}

/** Last of all: where the next character goes, and as what. */
function cursor({ terminal, kept }: RestoredTerminal, core: XtermCore): string {
  const { active } = core.buffers
  const { modes, decPrivateModes } = core.coreService
  const attributes = core._inputHandler._curAttrData
  const row = decPrivateModes.origin ? active.y - active.scrollTop : active.y
  const wrap = decPrivateModes.wraparound ? '' : '\x1b[?7l'
  const late = [
    modes.insertMode ? '\x1b[4h' : '',
    kept.hasLineFeedMode ? '\x1b[20h' : '',
    decPrivateModes.synchronizedOutput ? '' : '\x1b[?2026l',
  ].join('')
  const at = (column: number) => `${decPrivateModes.origin ? '\x1b[?6h' : ''}\x1b[${row + 1};${column + 1}H`
  const pen = penSequence(core, attributes)
  const last = active.x === 0 ? undefined : lastCharacter(terminal, terminal.buffer.active, active)
  const isPastEnd = active.x >= terminal.cols
  const isLastWritten = core._inputHandler._parser.precedingJoinState !== 0
  if (last === undefined || !(isPastEnd || isLastWritten))
    return `${wrap}${late}${pen}${at(Math.min(active.x, terminal.cols - 1))}`
  // The character before the cursor is written once more: only so the cursor can wait behind the last column, and what
  // joins a character, or repeats it, finds one.
  const { column, width, chars, style } = last
  // In insert mode it would push itself to the right.
  if (isLastWritten && styleKey(style) === styleKey(attributes)) {
    return `${wrap}${late}${pen}${at(column)}${modes.insertMode ? `\x1b[${width}P` : ''}${chars}`
  }
  return isPastEnd ? `${wrap}${at(column)}${styleSequence(style)}${chars}${pen}${late}` : `${wrap}${late}${pen}${at(active.x)}`
}

/** The one before a cursor in a row of the screen, when it is right before it. */
function lastCharacter(terminal: Terminal, buffer: IBuffer, { x, y }: Pick<CoreBuffer, 'x' | 'y'>) {
  const line = buffer.getLine(buffer.baseY + y)
  for (let column = Math.min(x, terminal.cols) - 1; column >= 0 && column >= x - 2; column -= 1) {
    const cell = line?.getCell(column)
    if (!cell) return undefined
    if (cell.getWidth() === 0) continue
    const chars = cell.getChars()
    return chars === '' ? undefined : { column, width: cell.getWidth(), chars, style: attributesOf(cell) }
  }
  return undefined
}

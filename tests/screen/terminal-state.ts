/** Everything of a terminal that decides what a person sees and what the next bytes do, as text to be compared. */
import type { IBuffer, IBufferCell, Terminal } from '@xterm/headless'
import { styleKey } from '../../src/screen/cell-style.js'
import { charsetNames, DESIGNATORS } from '../../src/screen/charsets.js'
import { attributesOf } from '../../src/screen/draw-lines.js'
import type { ScreenModel } from '../../src/screen/screen-model.js'
import { coreOf } from '../../src/screen/xterm-core.js'

export function terminalState(model: ScreenModel): Record<string, unknown> {
  const { terminal } = model
  const core = coreOf(terminal)
  const { active } = core.buffers
  const { isCursorHidden, modes, decPrivateModes } = core.coreService
  return {
    size: model.size,
    screen: terminal.buffer.active.type,
    normal: cells(terminal, terminal.buffer.normal),
    alternate: terminal.buffer.active.type === 'alternate' ? cells(terminal, terminal.buffer.alternate) : null,
    cursor: [active.x, active.y],
    pen: style(terminal, core._inputHandler._curAttrData),
    saved: [
      active.savedX,
      Math.max(0, active.savedY - active.ybase),
      style(terminal, active.savedCurAttrData),
      DESIGNATORS.get(active.savedCharset),
    ],
    region: [active.scrollTop, active.scrollBottom],
    tabs: Object.keys(active.tabs)
      .map(Number)
      .filter((column) => active.tabs[column] && column < terminal.cols),
    charsets: [charsetNames(core._charsetService._charsets), core._charsetService.glevel],
    modes: { isCursorHidden, ...modes, ...decPrivateModes, mouse: core.coreMouseService.activeProtocol },
    kept: model.keptSequence,
  }
}

/** What a person sees: an empty cell and a space look the same, and the colour of a character that is not there does not show. */
export function shownRows({ terminal }: ScreenModel): readonly string[] {
  return cells(terminal, terminal.buffer.active, (cell) => cell.getChars().trim() === '' && !isMarked(attributesOf(cell)))
}

/** Rows as runs of one style, so that a difference can be read. */
function cells(terminal: Terminal, buffer: IBuffer, isBlank = (cell: IBufferCell) => cell.getChars() === ''): readonly string[] {
  return Array.from({ length: terminal.rows }, (_, row) => {
    const line = buffer.getLine(buffer.baseY + row)
    let text = ''
    let last = ''
    for (let at = 0; line && at < terminal.cols; at += 1) {
      const cell = line.getCell(at)
      if (!cell) break
      if (cell.getWidth() === 0) continue
      const now = isBlank(cell) ? background(cell) : style(terminal, attributesOf(cell))
      if (now !== last) text += `{${now}}`
      last = now
      text += isBlank(cell) ? '·' : cell.getChars() || '·'
      if (cell.getWidth() === 2) text += '⟩'
    }
    return text
  })
}

function style(terminal: Terminal, attributes: ReturnType<typeof attributesOf>): string {
  const link = attributes.bg & 0x10000000 ? coreOf(terminal)._oscLinkService.getLinkData(attributes.extended.urlId) : undefined
  const [fg = '', bg = ''] = styleKey(attributes).split(' ')
  const { underlineStyle, underlineColor } = attributes.extended
  const underline = Number(fg) & 0x10000000 ? `${underlineStyle || 1}/${packed(underlineColor & 0x3ffffff)}` : ''
  const plain = `${packed(Number(fg))} ${packed(Number(bg) & ~0x10000000)} ${underline}`
  return plain === '0 0 ' ? '' : `${plain}${link ? ` ${link.id}|${link.uri}` : ''}`
}

/** Underlined, struck through, overlined or inverse: it shows where there is no character too. */
function isMarked({ fg, bg }: ReturnType<typeof attributesOf>): boolean {
  return (fg & 0x94000000) !== 0 || (bg & 0x40000000) !== 0
}

function background(cell: IBufferCell): string {
  const { fg, bg } = attributesOf(cell)
  return `${fg & 0x4000000 ? 'inv' : ''}${packed(bg & 0x23ffffff)}`
}

/** Without what an earlier colour has left in the bits that a colour of the palette does not use. */
function packed(attribute: number): number {
  const isOfPalette = (attribute & 0x3000000) === 0x1000000 || (attribute & 0x3000000) === 0x2000000
  return isOfPalette ? attribute & ~0xffff00 : attribute
}

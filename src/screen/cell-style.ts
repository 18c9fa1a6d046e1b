/** The sequences that make what is written next look as a cell does. Pure. */
import type { Attributes } from './xterm-core.js'

const COLOUR_MODE = 0x3000000
const PALETTE_16 = 0x1000000
const PALETTE_256 = 0x2000000
const RGB = 0x3000000

const FG_FLAGS: readonly (readonly [flag: number, sgr: number])[] = [
  [0x8000000, 1], // bold
  [0x20000000, 5], // blink
  [0x4000000, 7], // inverse
  [0x40000000, 8], // invisible
  [0x80000000, 9], // struck through
]
const BG_FLAGS: readonly (readonly [flag: number, sgr: number])[] = [
  [0x8000000, 2], // dim
  [0x4000000, 3], // italic
  [0x40000000, 53], // overline
]
const UNDERLINE = 0x10000000
const HAS_EXTENDED = 0x10000000
const PROTECTED = 0x20000000

/** Told apart by this: two cells with the same key look the same. */
export function styleKey({ fg, bg, extended }: Attributes): string {
  const more = bg & HAS_EXTENDED ? `${extended.underlineStyle} ${extended.underlineColor} ${extended.urlId}` : ''
  return `${fg} ${bg} ${more}`
}

/** The style itself, whatever was set before; `linkOf` tells the address of a hyperlink. */
export function styleSequence(attributes: Attributes): string {
  const { fg, bg } = attributes
  const codes: (number | string)[] = [0]
  for (const [flag, sgr] of FG_FLAGS) if (fg & flag) codes.push(sgr)
  for (const [flag, sgr] of BG_FLAGS) if (bg & flag) codes.push(sgr)
  codes.push(...colourCodes(fg, 30, 90, 38), ...colourCodes(bg, 40, 100, 48))
  return `\x1b[${codes.join(';')}m${underline(attributes)}`
}

/** Whether what is written is kept from selective erasing (DECSCA). */
export function isProtected({ bg }: Attributes): boolean {
  return (bg & PROTECTED) !== 0
}

/** The hyperlink's number; 0 for none. */
export function linkNumber({ bg, extended }: Attributes): number {
  return bg & HAS_EXTENDED ? extended.urlId : 0
}

/** Whether nothing but a background would show where there is no character. */
export function hasBackground({ bg, fg }: Attributes): boolean {
  return (bg & COLOUR_MODE) !== 0 || (fg & 0x4000000) !== 0
}

function colourCodes(packed: number, base: number, bright: number, extended: number): readonly number[] {
  const index = packed & 0xff
  switch (packed & COLOUR_MODE) {
    case PALETTE_16:
      return [index < 8 ? base + index : bright + index - 8]
    case PALETTE_256:
      return [extended, 5, index]
    case RGB:
      return [extended, 2, (packed >>> 16) & 0xff, (packed >>> 8) & 0xff, packed & 0xff]
    default:
      return []
  }
}

/** In sequences of its own: a terminal that knows no kinds of underline passes over these, and nothing else is lost with them. */
function underline({ fg, bg, extended }: Attributes): string {
  if (!(fg & UNDERLINE)) return ''
  if (!(bg & HAS_EXTENDED) || extended.urlId !== 0) return '\x1b[4m'
  const { underlineStyle: style, underlineColor: colour } = extended
  const kind = style > 1 ? `\x1b[4:${style}m` : '\x1b[4m'
  switch (colour & COLOUR_MODE) {
    case PALETTE_16:
    case PALETTE_256:
      return `${kind}\x1b[58:5:${colour & 0xff}m`
    case RGB:
      return `${kind}\x1b[58:2::${(colour >>> 16) & 0xff}:${(colour >>> 8) & 0xff}:${colour & 0xff}m`
    default:
      return kind
  }
}

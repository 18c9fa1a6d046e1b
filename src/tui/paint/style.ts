/**
 * How a piece of text looks, by what it means. Only the sixteen colours of the terminal's own palette and bold, dim and reverse
 * are used, so that a light and a dark one show the same; without colours, bold and reverse alone. Pure.
 */

export type Tone = 'good' | 'warn' | 'bad' | 'accent' | 'quiet'

export interface Style {
  readonly tone?: Tone | undefined
  readonly bold?: boolean | undefined
  readonly reverse?: boolean | undefined
}

const COLOURS: Readonly<Record<Tone, string>> = { good: '32', warn: '33', bad: '31', accent: '36', quiet: '2' }

/** Without colours what is urgent is bold; the words say the rest. */
const BOLD_WITHOUT_COLOURS: ReadonlySet<Tone> = new Set(['warn', 'bad'])

/** Gives a text its style, beginning and ending in the terminal's ordinary rendition. */
export type PaintText = (text: string, style: Style) => string

export const paintWithColours: PaintText = (text, { tone, bold, reverse }) =>
  rendered(text, [bold && '1', reverse && '7', tone && COLOURS[tone]])

export const paintWithoutColours: PaintText = (text, { tone, bold, reverse }) =>
  rendered(text, [(bold || (tone !== undefined && BOLD_WITHOUT_COLOURS.has(tone))) && '1', reverse && '7'])

function rendered(text: string, attributes: readonly (string | false | undefined)[]): string {
  const set = attributes.filter(Boolean).join(';')
  return set === '' ? text : `\x1b[${set}m${text}\x1b[0m`
}

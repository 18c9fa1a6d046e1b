/** How many columns a text takes in a terminal, and text cut to fit. Pure; the text is inert (`inert-text.ts`). */

/** East Asian wide and fullwidth, and emoji (UAX #11; terminals agree on these ranges). */
const DOUBLE_WIDTH =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{1fa70}-\u{1faff}\u{20000}-\u{3fffd}]$/u

/** Those outside of the ranges that are pictures by themselves (UTS #51), but the letters that flags are made of. */
const EMOJI = /^(?![\u{1f1e6}-\u{1f1ff}])\p{Emoji_Presentation}$/u

const PLAIN = /^[\x20-\x7e]*$/

/** Whether the text is printable ASCII: each character takes one column and does nothing else. */
export function isPlain(text: string): boolean {
  return PLAIN.test(text)
}

export function displayWidth(text: string): number {
  if (isPlain(text)) return text.length
  let width = 0
  for (const character of text) width += characterWidth(character)
  return width
}

/** The text in at most `width` columns, its end replaced by `…` when it does not fit. */
export function cutToWidth(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  let cut = ''
  let used = 0
  for (const character of text) {
    used += characterWidth(character)
    if (used > width - 1) break
    cut += character
  }
  return width > 0 ? `${cut}…` : ''
}

/** The same with the beginning replaced. */
export function cutStartToWidth(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  let cut = ''
  let used = 0
  for (const character of [...text].reverse()) {
    used += characterWidth(character)
    if (used > width - 1) break
    cut = character + cut
  }
  return width > 0 ? `…${cut}` : ''
}

/** Words in lines of at most `width` columns; a longer word has a line of its own. */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && displayWidth(longer) > width) {
      lines.push(line)
      line = word
    } else line = longer
  }
  return [...lines, line]
}

function characterWidth(character: string): number {
  // Marks that combine with what is before them, and characters without a shape. Made here: most text is plain.
  if (/^[\p{M}\p{Cf}]$/u.test(character)) return 0
  return DOUBLE_WIDTH.test(character) || EMOJI.test(character) ? 2 : 1
}

/** A terminal without a window: what a person would see after the bytes fed so far, and the modes a program has switched on. */
import xterm from '@xterm/headless'
import type { TerminalSize } from '../../src/platform/process/owned-process.js'

export interface TerminalModel {
  /** Feeds output; resolves when the screen shows it. */
  feed(bytes: Uint8Array): Promise<void>
  /** The visible lines, without trailing spaces. */
  screen(): readonly string[]
  /** Zero-based position on the visible screen. */
  cursor(): { readonly column: number; readonly row: number }
  /** The DEC private modes that were set and not reset again (1049 alternate screen, 2004 bracketed paste, …). */
  modes(): ReadonlySet<number>
  /** Which screen shows. */
  buffer(): 'normal' | 'alternate'
  resize(size: TerminalSize): void
  dispose(): void
}

/** `answer` gets what a terminal answers by itself (device attributes, cursor position). */
export function terminalModel(size: TerminalSize, answer: (bytes: string) => void): TerminalModel {
  const terminal = new xterm.Terminal({ ...size, allowProposedApi: true, scrollback: 10_000, logLevel: 'off' })
  const modes = new Set<number>()
  terminal.onData(answer)
  const track = (final: string, apply: (mode: number) => void) =>
    terminal.parser.registerCsiHandler({ prefix: '?', final }, (parameters) => {
      for (const mode of parameters.flat()) apply(mode)
      // False: the terminal's own handler comes next.
      return false
    })
  track('h', (mode) => modes.add(mode))
  track('l', (mode) => modes.delete(mode))
  const visibleLine = (row: number) => {
    const { active } = terminal.buffer
    return active.getLine(active.viewportY + row)?.translateToString(true, 0, terminal.cols) ?? ''
  }
  return {
    feed: (bytes) => new Promise((resolve) => terminal.write(bytes, resolve)),
    screen: () => Array.from({ length: terminal.rows }, (_, row) => visibleLine(row)),
    cursor: () => ({ column: terminal.buffer.active.cursorX, row: terminal.buffer.active.cursorY }),
    modes: () => modes,
    buffer: () => terminal.buffer.active.type,
    resize: ({ cols, rows }) => terminal.resize(cols, rows),
    dispose: () => terminal.dispose(),
  }
}

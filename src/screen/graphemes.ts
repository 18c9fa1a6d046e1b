/**
 * Widths of characters as current terminals have them: by grapheme cluster, of a current Unicode. The library reads its table
 * from the beginning of the memory that a Buffer lies in (addon-unicode-graphemes 0.4.0), which fails for one from Node's pool.
 */
import './unpooled-buffers.js'
import { UnicodeGraphemesAddon } from '@xterm/addon-unicode-graphemes'
import type { ITerminalAddon, Terminal } from '@xterm/headless'

/** Node's own. */
Buffer.poolSize = 8 * 1024

export function measureGraphemes(terminal: Terminal): void {
  // Declared for the library's window, of which it needs nothing.
  terminal.loadAddon(new UnicodeGraphemesAddon() as unknown as ITerminalAddon)
}

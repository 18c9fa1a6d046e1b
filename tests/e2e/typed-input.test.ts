/** What a terminal sends for keys, pastes, the mouse and the focus reaches the program of a session byte for byte. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startSession } from '../kit/perch-session.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { openTerminal } from '../kit/terminal.js'

const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
const text = (characters: string) => Buffer.from(characters, 'latin1')

/** Each is one write of the terminal. */
const TYPED: readonly Buffer[] = [
  // Ctrl-\ is the one byte that detaches.
  EVERY_BYTE.filter((byte) => byte !== 0x1c) as Buffer,
  Buffer.concat([text('\x1b[200~'), EVERY_BYTE, text('\x1b[92;5u\x1b[27;5;92~\r\n\x1b[201~')]),
  // A paste that the terminal cuts in the middle of its brackets and of the key.
  ...['\x1b[2', '00~half \x1b[92', ';5u half\x1b[20', '1~'].map(text),
  Buffer.from('漢字 👩‍👩‍👧 e\u0301', 'utf8'),
  // The mouse: SGR, in pixels, urxvt, and the first protocol with coordinates that are no text.
  ...['\x1b[<0;92;5M', '\x1b[<0;92;5m', '\x1b[<35;1000;2000M', '\x1b[32;92;5M', '\x1b[M \xff\xfe', '\x1b[M#\x7f\x80'].map(text),
  ...['\x1b[I', '\x1b[O'].map(text),
  // Keys: of the kitty protocol with events, modifyOtherKeys, of the cursor, the keypad and functions, Alt, Escape.
  ...['\x1b[97;5u', '\x1b[97;5:3u', '\x1b[97:65;2;65u', '\x1b[57442;5u', '\x1b[57441;2:3u', '\x1b[27;5;97~'].map(text),
  ...['\x1b[A', '\x1bOA', '\x1b[1;5C', '\x1bOM', '\x1b[15;5~', '\x1bx', '\x1b\x1b[A', '\x1b'].map(text),
  // Answers to questions: where the cursor is, what the terminal is, its colours.
  ...['\x1b[5;7R', '\x1b[?62;22c', '\x1b]11;rgb:1111/2222/3333\x1b\\', '\x1bP1+r544e=78\x1b\\', '\x1b[?2026;2$y'].map(text),
]

test('keys, pastes, reports and answers', async () => {
  await using home = temporaryHome()
  const expected = Buffer.concat(TYPED)
  const modes = '\\033[?2004h\\033[?1003h\\033[?1006h\\033[?1004h\\033[>31u\\033[>4;2m'
  const script = `stty raw -echo; printf '${modes}ready'; head -c ${expected.length} > got; printf 'all here'; cat`
  await startSession(home, 'exec', ['--pty', '-n', 'one', '--', 'sh', '-c', script], { cwd: home.home })
  await using terminal = await openTerminal(home, ['attach', 'one'])
  await terminal.waitForText('ready')
  for (const bytes of TYPED) await terminal.type(bytes)
  await terminal.waitForText('all here')
  expect(readFileSync(join(home.home, 'got')).toString('latin1')).toBe(expected.toString('latin1'))
  await terminal.type('\x1b[92;5u')
  expect(await terminal.exit()).toEqual({ code: 0, signal: null })
})

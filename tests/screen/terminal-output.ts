/** Outputs of terminal programs at random: text of all widths, and sequences that change what comes after them. */
import fc from 'fast-check'

const number = fc.oneof(fc.nat(8), fc.nat(30), fc.constant(''))
const colour = fc.oneof(
  fc.integer({ min: 30, max: 37 }).map(String),
  fc.integer({ min: 90, max: 97 }).map(String),
  fc.nat(255).map((index) => `38;5;${index}`),
  fc.nat(255).map((index) => `48;5;${index}`),
  fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)).map((rgb) => `48;2;${rgb.join(';')}`),
  fc.constantFrom('39', '49', '41', '45', '104', '58:5:9', '58:2::1:2:3', '59'),
)
const flag = fc.constantFrom(
  '0',
  '1',
  '2',
  '3',
  '4',
  '4:3',
  '4:5',
  '5',
  '7',
  '8',
  '9',
  '21',
  '22',
  '23',
  '24',
  '25',
  '27',
  '28',
  '29',
  '53',
  '55',
  '',
)

const text = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12 }).map((one) => one.replace(/[^ -~]/g, 'x')),
  fc.constantFrom('漢字', 'é', 'e\u0301', '😀', '👨‍👩‍👧', '⚠️', 'ｱ', '─│┌', 'qqxx', '\u200b', '한', '🇩🇪', 'a\u0308\u0323'),
)
const control = fc.constantFrom('\r\n', '\n', '\r', '\b', '\t', '\x0e', '\x0f', '\x07', '\r\n\r\n', '\v')
const csi = fc.oneof(
  fc.tuple(number, number, fc.constantFrom('H', 'f')).map(([a, b, final]) => `\x1b[${a};${b}${final}`),
  fc.tuple(number, fc.constantFrom(...'ABCDEFGIJKLMPSTXZ@`abde')).map(([a, final]) => `\x1b[${a}${final}`),
  fc.tuple(number, number).map(([a, b]) => `\x1b[${a};${b}r`),
  fc.array(fc.oneof(colour, flag), { minLength: 1, maxLength: 3 }).map((codes) => `\x1b[${codes.join(';')}m`),
  fc.constantFrom(
    '\x1b[s',
    '\x1b[u',
    '\x1b[0g',
    '\x1b[3g',
    '\x1b[!p',
    '\x1b[4h',
    '\x1b[4l',
    '\x1b[20h',
    '\x1b[20l',
    '\x1b[1"q',
    '\x1b[0"q',
  ),
  fc.constantFrom('\x1b[?J', '\x1b[?K', '\x1b[2J', '\x1b[1J', '\x1b[1K', '\x1b[2K', '\x1b[5 q', '\x1b[2 q', '\x1b[0 q'),
)
const modes = fc
  .tuple(
    fc.constantFrom(1, 5, 6, 7, 12, 25, 45, 66, 9, 1000, 1002, 1003, 1004, 1005, 1006, 1007, 1015, 1016, 2004, 2027, 2031, 2048),
    fc.constantFrom('h', 'l'),
  )
  .map(([mode, final]) => `\x1b[?${mode}${final}`)
const screens = fc.constantFrom(
  '\x1b[?1049h',
  '\x1b[?1049l',
  '\x1b[?47h',
  '\x1b[?47l',
  '\x1b[?1047h',
  '\x1b[?1047l',
  '\x1b[?1048h',
  '\x1b[?1048l',
)
const keyboard = fc.oneof(
  fc.tuple(fc.constantFrom('>', '<', '='), fc.nat(15)).map(([prefix, flags]) => `\x1b[${prefix}${flags}u`),
  fc.constantFrom('\x1b[>4;2m', '\x1b[>4;1m', '\x1b[>4m', '\x1b[>m', '\x1b[>1;2m', '\x1b[>4n', '\x1b=', '\x1b>'),
)
const escapes = fc.constantFrom(
  '\x1b7',
  '\x1b8',
  '\x1bD',
  '\x1bE',
  '\x1bM',
  '\x1bH',
  '\x1bc',
  '\x1b(0',
  '\x1b(B',
  '\x1b)0',
  '\x1b*A',
  '\x1b#8',
  '\x1bn',
  '\x1bo',
  '\x1b%G',
)
const strings = fc.constantFrom(
  '\x1b]0;both\x07',
  '\x1b]2;a title\x1b\\',
  '\x1b]1;icon\x1b\\',
  '\x1b[22;0t',
  '\x1b[23;0t',
  '\x1b[22;2t',
  '\x1b[23;2t',
  '\x1b]4;1;rgb:ff/00/00\x1b\\',
  '\x1b]104;1\x1b\\',
  '\x1b]11;#112233\x07',
  '\x1b]111\x07',
  '\x1b]8;;https://example.test/a\x1b\\',
  '\x1b]8;id=x;https://example.test/b\x1b\\',
  '\x1b]8;;\x1b\\',
  '\x1b]52;c;aGVsbG8=\x07',
  '\x1bPq#0;2;0;0;0\x1b\\',
  '\x1b_Ga=q;AAAA\x1b\\',
  '\x1b^private\x1b\\',
  '\x1b]133;A\x07',
  '\x1b[>1',
  '\x1b[3\x18',
  '\x1b]2;cut\x1a',
  '\x1b]2;over\x1b[1m',
)

export function terminalOutput(): fc.Arbitrary<Buffer> {
  const part = fc.oneof(
    { weight: 8, arbitrary: text },
    { weight: 4, arbitrary: control },
    { weight: 6, arbitrary: csi },
    { weight: 2, arbitrary: modes },
    { weight: 1, arbitrary: screens },
    { weight: 1, arbitrary: keyboard },
    { weight: 2, arbitrary: escapes },
    { weight: 1, arbitrary: strings },
  )
  return fc.array(part, { maxLength: 40 }).map((parts) => Buffer.from(parts.join('')))
}

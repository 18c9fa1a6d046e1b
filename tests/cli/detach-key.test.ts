/** The detach keys among everything else that a person types. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DetachKeyFilter } from '../../src/cli/terminal/detach-key.js'
import { type DetachKeys, detachKeysText, parseDetachKeys } from '../../src/cli/terminal/detach-key-names.js'

const CTRL_BACKSLASH = parseDetachKeys('ctrl-\\')

interface Typed {
  readonly passed: string
  readonly detached: boolean
}

/** Types the chunks one after the other, and then nothing for a while. */
function type(chunks: readonly Uint8Array[], keys: DetachKeys = CTRL_BACKSLASH): Typed {
  const filter = new DetachKeyFilter(keys)
  let passed = ''
  for (const chunk of chunks) {
    const { pass, detach } = filter.push(chunk)
    passed += Buffer.from(pass).toString('latin1')
    if (detach) return { passed, detached: true }
  }
  return { passed: passed + Buffer.from(filter.flush()).toString('latin1'), detached: false }
}

const bytes = (text: string) => Buffer.from(text, 'latin1')
const typeText = (text: string, keys?: DetachKeys) => type([bytes(text)], keys)

describe('Ctrl-\\ in the forms that terminals send', () => {
  test.each([
    ['the control byte', '\x1c'],
    ['kitty protocol', '\x1b[92;5u'],
    ['kitty, caps lock on', '\x1b[92;69u'],
    ['kitty, num lock on', '\x1b[92;133u'],
    ['kitty, both locks on', '\x1b[92;197u'],
    ['kitty with event types, pressed', '\x1b[92;5:1u'],
    ['kitty with event types, repeated', '\x1b[92;5:2u'],
    ['kitty with alternate keys', '\x1b[92:124;5u'],
    ['kitty on a layout where the key is another letter', '\x1b[1093::92;5u'],
    ['kitty on a layout where it is shifted', '\x1b[55:92;6u'],
    ['modifyOtherKeys', '\x1b[27;5;92~'],
    ['modifyOtherKeys, num lock on', '\x1b[27;133;92~'],
  ])('%s detaches and is not sent on', (_, key) => {
    expect(typeText(`before${key}after`)).toEqual({ passed: 'before', detached: true })
  })

  test('its release is swallowed, wherever it comes', () => {
    expect(typeText('a\x1b[92;5:3ub')).toEqual({ passed: 'ab', detached: false })
  })

  test.each([
    ['a backslash', '\\'],
    ['Alt-\\', '\x1b\\'],
    ['Ctrl-Alt-\\ in the kitty protocol', '\x1b[92;7u'],
    ['Ctrl-Shift-\\ in the kitty protocol', '\x1b[92;6u'],
    ['Ctrl-] in the kitty protocol', '\x1b[93;5u'],
    ['Ctrl-] with modifyOtherKeys', '\x1b[27;5;93~'],
    ['a function key', '\x1b[15;5~'],
    ['an arrow', '\x1b[A'],
    ['a mouse report', '\x1b[<0;92;5M'],
    ['a cursor position report', '\x1b[92;5R'],
    ['device attributes', '\x1b[?62;22c'],
    ['Escape alone', '\x1b'],
    ['Escape twice', '\x1b\x1b'],
    ['Escape, then an arrow', '\x1b\x1b[A'],
    ['a sequence cut off', '\x1b[92;5'],
    ['a sequence longer than any key', `\x1b[${'9;'.repeat(60)}5u`],
    ['an empty sequence', '\x1b[u'],
    ['a paste', '\x1b[200~text\x1b[201~'],
    ['a paste with the key in it', '\x1b[200~a\x1cb\x1b[92;5uc\x1b[27;5;92~d\x1b[92;5:3u\x1b\x1b[201~'],
    ['a paste that begins once more', '\x1b[200~\x1b[200~\x1c\x1b[201~'],
  ])('%s is something else and passes unchanged', (_, keys) => {
    expect(typeText(keys)).toEqual({ passed: keys, detached: false })
  })

  test.each([
    ['after a paste', '\x1b[200~\x1c\x1b[201~'],
    ['after the end of a paste that never began', '\x1b[201~'],
  ])('%s it is the key again', (_, before) => {
    expect(typeText(`${before}\x1cafter`)).toEqual({ passed: before, detached: true })
  })

  test('Escape waits for the rest of a sequence, and an ordinary key does not', () => {
    const filter = new DetachKeyFilter(CTRL_BACKSLASH)
    filter.push(bytes('abc'))
    expect(filter.isWaiting).toBe(false)
    filter.push(bytes('\x1b[9'))
    expect(filter.isWaiting).toBe(true)
    expect(filter.push(bytes('2;5u')).detach).toBe(true)
  })
})

describe('other keys', () => {
  test('moved to Ctrl-], Ctrl-\\ belongs to the program again', () => {
    const keys = parseDetachKeys('ctrl-]')
    expect(typeText('\x1c\x1b[92;5u', keys)).toEqual({ passed: '\x1c\x1b[92;5u', detached: false })
    expect(typeText('x\x1d', keys)).toEqual({ passed: 'x', detached: true })
    expect(typeText('x\x1b[93;5u', keys)).toEqual({ passed: 'x', detached: true })
  })

  test.each([
    ['pressed in a row', '\x10\x11', '', true],
    ['in the kitty protocol, with releases between', '\x1b[112;5u\x1b[112;5:3u\x1b[113;5u', '', true],
    ['with something between', '\x10x\x11', '\x10x\x11', false],
    ['the first one twice', '\x10\x10\x11', '\x10', true],
    ['the first one only', 'a\x10', 'a', false],
  ])('a combination of two, %s', (_, typed, passed, detached) => {
    expect(typeText(typed, parseDetachKeys('ctrl-p,ctrl-q'))).toEqual({ passed, detached })
  })

  test.each([
    ['ctrl-\\', 'Ctrl-\\'],
    ['CTRL-A', 'Ctrl-a'],
    ['^]', 'Ctrl-]'],
    ['c-p,c-q', 'Ctrl-p Ctrl-q'],
    ['~,.', '~ .'],
  ])('%s is understood', (text, shown) => {
    expect(detachKeysText(parseDetachKeys(text))).toBe(shown)
  })

  test.each(['', 'ctrl-', 'ctrl-[', 'ctrl-ab', 'alt-x', 'ctrl-ä', 'a,b,c,d,e', '\x1b'])('%j is refused', (text) => {
    expect(() => parseDetachKeys(text)).toThrow(expect.objectContaining({ code: 'usage' }))
  })
})

describe('whatever is typed, however it is cut', () => {
  /** Bytes with many beginnings of escape sequences in them. */
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 6 }).map((array) => Buffer.from(array).toString('latin1')),
    fc.constantFrom(
      '\x1b',
      '\x1b[',
      '\x1b[9',
      '\x1b[92',
      '\x1b[92;',
      '\x1b[27;5;9',
      '\x1b[A',
      '\x1b[1;5u',
      '\x1b[200~',
      '\x1b[201~',
      '\x1c',
      'text',
    ),
  )
  const typed = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))
  const withoutKeys = typed.filter((text) => !text.includes('\x1c') && !/\x1b\[(92[\d:]*;|\d*:[\d:]*92|27;)/.test(text))
  const cuts = fc.array(fc.nat(60), { maxLength: 6 })

  function cut(text: string, at: readonly number[]): readonly Uint8Array[] {
    const places = [...new Set(at)].filter((place) => place < text.length).sort((a, b) => a - b)
    return [...places, text.length].map((place, index) => bytes(text.slice(index === 0 ? 0 : places[index - 1], place)))
  }

  test('what holds no detach key passes byte for byte', () => {
    fc.assert(
      fc.property(withoutKeys, cuts, (text, at) => {
        expect(type(cut(text, at))).toEqual({ passed: text, detached: false })
      }),
      { numRuns: 2000 },
    )
  })

  test('a paste passes byte for byte', () => {
    const pasted = typed.filter((text) => !text.includes('\x1b[201~'))
    fc.assert(
      fc.property(pasted, cuts, (text, at) => {
        const paste = `\x1b[200~${text}\x1b[201~`
        expect(type(cut(paste, at))).toEqual({ passed: paste, detached: false })
      }),
      { numRuns: 2000 },
    )
  })

  test('the key is found wherever the bytes are cut, and nothing before it is lost', () => {
    const key = fc.constantFrom('\x1c', '\x1b[92;5u', '\x1b[92;133:1u', '\x1b[27;5;92~')
    fc.assert(
      fc.property(withoutKeys, key, typed, cuts, (before, pressed, after, at) => {
        // An open sequence before the key would make it part of something else.
        fc.pre(!/\x1b(\[[\d;:]*)?$/.test(before))
        // Nor is it the key in a paste.
        fc.pre(before.lastIndexOf('\x1b[200~') <= before.lastIndexOf('\x1b[201~'))
        expect(type(cut(before + pressed + after, at))).toEqual({ passed: before, detached: true })
      }),
      { numRuns: 2000 },
    )
  })
})

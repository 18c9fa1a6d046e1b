/** Texts that quoting has to survive: whatever has a meaning to some shell, control characters, and bytes beyond ASCII. */
import fc from 'fast-check'

const MEANINGFUL = [
  ...' \t\n\r\'"\\$`!*?[]{}()<>|&;#~%^=:,@+-0189xXuUnrteabcfv\u0001\u001b\u007f\u009b\u202e\u2028\ufeff‘’‚‛“é漢🦅',
]

const part = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...MEANINGFUL) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('$(x)', '$'.concat('{x}'), "''", "'\\''", '\\x41', '\\101', '\\n', '%s', 'EOF\n', '!!'),
  },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 3 }) },
)

/** Without NUL, which no variable can hold, and without halves of characters. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(part, { maxLength: 12 })
  .map((parts) => Buffer.from(parts.join('').replaceAll('\0', '')).toString())

/** The same for every run: whole scripts are made of them. */
export function hostileTexts(count: number): readonly string[] {
  return ['', ...fc.sample(hostileText, { numRuns: count - 1, seed: 20261128 })]
}

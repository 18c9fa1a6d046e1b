/** What `perch tee` asks of a host, from what was typed. */
import { describe, expect, test } from 'vitest'
import { parseCommandLine } from '../../src/cli/arguments.js'
import { verbs } from '../../src/cli/verb-table.js'
import { teeParams } from '../../src/cli/verbs/tee.js'

const ENV = { A: 'b', EMPTY: undefined }

function paramsOf(...args: readonly string[]) {
  const line = parseCommandLine(['tee', 's', ...args], verbs)
  if (line.kind !== 'verb' || line.verb.name !== 'tee') throw new Error('this is another verb')
  return teeParams(line.invocation, ENV, '/here')
}

describe('a tee', () => {
  test.each([
    ['to a file of this folder', ['--file', 'a/../log'], { target: { kind: 'file', path: '/here/log', append: false } }],
    ['that appends', ['--file', '/x', '--append'], { target: { kind: 'file', path: '/x', append: true } }],
    [
      'that rotates',
      ['--file', 'x', '--rotate', '10M', '--keep', '3'],
      { target: { kind: 'file', path: '/here/x', append: false, rotateBytes: 10_485_760, keep: 3 } },
    ],
    [
      'to a command, with the shell it comes from',
      ['--command', 'gzip > out.gz', '--stream', 'stderr', '--policy', 'block'],
      {
        target: { kind: 'command', command: 'gzip > out.gz', cwd: '/here', env: { A: 'b' } },
        stream: 'stderr',
        policy: 'block',
      },
    ],
    ['of the input', ['--file', 'x', '--stream', 'stdin'], expect.objectContaining({ stream: 'stdin' })],
  ])('%s', (_, args, params) => expect(paramsOf(...args)).toEqual(params))

  test.each([
    ['neither', []],
    ['both', ['--file', 'a', '--command', 'b']],
    ['an empty path', ['--file', '']],
    ['an empty command', ['--command', ' ']],
    ['options of files for a command', ['--command', 'cat', '--append']],
    ['a rotation without a number to keep', ['--file', 'a', '--rotate', '1M']],
    ['a number to keep without a rotation', ['--file', 'a', '--keep', '1']],
    ['nothing to keep', ['--file', 'a', '--rotate', '1M', '--keep', '0']],
    ['a size that is none', ['--file', 'a', '--rotate', 'large', '--keep', '1']],
    ['a stream that does not exist', ['--file', 'a', '--stream', 'output']],
    ['a policy that does not exist', ['--file', 'a', '--policy', 'wait']],
  ])('%s is refused', (_, args) => {
    expect(() => paramsOf(...args)).toThrow(expect.objectContaining({ code: 'usage' }))
  })
})

describe('the words after tee', () => {
  test.each([
    [['tee', 'ls', 'build'], 'tee ls'],
    [['tee', 'rm', 'build', 't1'], 'tee rm'],
    [['tee', 'build', '--file', 'x'], 'tee'],
    [['tee', 'lst', '--file', 'x'], 'tee'],
  ])('%j', (args, name) => expect(parseCommandLine(args, verbs)).toMatchObject({ kind: 'verb', verb: { name } }))

  test('a session called ls is no session here, and the message tells what is missing', () => {
    expect(() => parseCommandLine(['tee', 'ls', '--file', 'x'], verbs)).toThrow('perch tee ls has no option --file')
  })

  test('the help of tee is that of all three', () => {
    expect(parseCommandLine(['help', 'tee'], verbs)).toEqual({ kind: 'help', topic: 'tee' })
    expect(parseCommandLine(['help', 'tee', 'ls'], verbs)).toEqual({ kind: 'help', topic: 'tee ls' })
  })
})

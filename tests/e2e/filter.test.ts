/**
 * `perch exec` in a pipeline beside the bare program: each line of shell runs twice, once with `run` as the program itself
 * and once as perch, and everything that can be seen from outside must be the same.
 */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { perchBundle } from '../kit/perch-program.js'
import { runProgram } from '../kit/running-program.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'

type Way = 'direct' | 'perch'

/** A program called `run` that becomes its arguments, or perch with them. */
function runnerOf(way: Way): string {
  const bin = home.folder(`bin-${way}`)
  const words = way === 'direct' ? '' : `${JSON.stringify(process.execPath)} ${JSON.stringify(perchBundle())} exec -- `
  writeFileSync(join(bin, 'run'), `#!/bin/sh\nexec ${words}"$@"\n`)
  chmodSync(join(bin, 'run'), 0o755)
  return bin
}

/** What a line of shell did, with the files that it left in its folder. */
async function observe(way: Way, line: string) {
  const cwd = mkdtempSync(join(home.home, way))
  const env = { ...home.env, PATH: `${runnerOf(way)}:${home.env.PATH}` }
  const { code, stdout, stderr } = await runProgram('bash', ['-c', line], { env, cwd, boundMs: 60_000 })
  const files = Object.fromEntries(
    readdirSync(cwd, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => [name, readFileSync(join(cwd, name), 'latin1')]),
  )
  return { code, stdout: stdout.toString('latin1'), stderr, files }
}

const WAIT_FOR_GO = 'n=0; while [ ! -e go ] && [ $n -lt 500 ]; do n=$((n+1)); sleep 0.02; done'
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's.
const CODES = 'echo "${PIPESTATUS[@]}"'
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's.
const CODE_OF_SECOND = 'echo "${PIPESTATUS[1]}"'
const EVERY_BYTE = `for i in $(seq 0 255); do printf "\\\\$(printf %03o $i)"; done`

const SAME: Readonly<Record<string, string>> = {
  'every byte value through input and output': `${EVERY_BYTE} | run cat`,
  'every byte value through the error output': `(${EVERY_BYTE}) > bytes; run sh -c "cat bytes >&2" 2> errors`,
  'the three streams apart': 'echo in | run sh -c "cat; echo err >&2; echo out" > out 2> err',
  'no input at all': 'run cat </dev/null; echo $?',
  'an input file': 'seq 1000 > in; run wc -l < in',
  'an input that begins late': '{ sleep 0.2; echo late; } | run cat',
  'a here-document': 'run sh -c "cat; exit 3" <<< hello; echo $?',
  'output to a file that is appended to': 'echo before > f; run echo after >> f',
  'both outputs of a program that writes to one of them': 'run sh -c "echo one; echo two" > both 2>&1',
  'output that is thrown away': 'run seq 100000 > /dev/null; echo $?',
  'exit codes': 'for c in 0 1 2 124 126 127 128 143 255; do run sh -c "exit $c"; echo $?; done',
  'signals that end the program':
    'for s in HUP INT QUIT ILL ABRT KILL USR1 SEGV PIPE ALRM TERM; do { run sh -c "kill -$s \\$\\$"; } 2>/dev/null; echo $s $?; done',
  'the code of a pipeline': `set -o pipefail; run false | cat; echo $?; run true | run cat | run sh -c "cat; exit 9"; ${CODES}`,
  'a reader that goes away': `run yes | head -n 1; ${CODES}`,
  'a reader that is not there to begin with': `run seq 1000000 | true; ${CODE_OF_SECOND}`,
  'a reader of errors that goes away': `run sh -c "yes >&2" 2>&1 >/dev/null | head -n 1; ${CODES}`,
  'a program that ignores SIGPIPE': `run sh -c 'trap "" PIPE; while echo x 2>/dev/null; do :; done; exit 5' | head -n 1; ${CODES}`,
  'a program that stops reading': `yes | run head -n 1; ${CODES}`,
  'a program that closes its output first': `run sh -c 'echo a; exec >&-; ${WAIT_FOR_GO}; test -e go && exit 4' | { cat; touch go; }; ${CODES}`,
  'a program that closes its input first': `{ yes; touch go; } 2>/dev/null | run sh -c 'exec <&-; ${WAIT_FOR_GO}; test -e go && echo done'; ${CODE_OF_SECOND}`,
  'a parent that closes the input first': `{ echo a; exec >&-; sleep 0.2; } | run sh -c "cat; echo eof"; ${CODES}`,
  'a descendant that writes after the program ended': 'run sh -c "(sleep 0.3; echo late) & echo first" | cat',
  'the devices of the standard streams':
    'echo in | run sh -c "cat /dev/stdin > /dev/stdout; echo err > /dev/stderr" 2> err | cat',
  'pipes that are pipes': 'echo in | run sh -c "for f in 0 1 2; do test -p /dev/fd/\\$f && echo \\$f; done" 2>&1 | cat',
  'no terminal': 'run sh -c "test -t 0 || test -t 1 || test -t 2 || echo none" < /dev/null 2>/dev/null',
  'odd arguments': `run printf '[%s]' '' 'a b' '*' '$x' $'\\n' '--' '-n' 'ü' '\\'`,
  'a large argument': `run printf %s "$(head -c 100000 /dev/zero | tr '\\0' x)" | wc -c`,
  'many arguments': 'run echo $(seq 20000) | wc -w',
  'variables of one command': 'A=1 B="x y" run sh -c "echo \\$A \\$B"',
  'variables called like what objects have':
    'env constructor=1 __proto__=2 prototype=3 run env | grep -E "^(constructor|__proto__|prototype)=" | sort',
  'the folder, the umask and the limit of open files':
    'mkdir w; cd w; umask 027; ulimit -n 321; run sh -c "pwd | sed s,.*/,,; umask; ulimit -n"',
  'in the background': 'run sh -c "echo bg; exit 6" & wait $!; echo $?',
  'under nohup': 'nohup run sh -c "echo kept" 2>/dev/null | cat',
  'under xargs, four at a time': 'seq 12 | xargs -P 4 -I{} run sh -c "echo {}" | sort -n',
  'under timeout': 'timeout 1 run sleep 100; echo $?',
  'in a loop that keeps its input to itself': 'seq 3 | while read -r n; do run echo "$n" </dev/null; done',
  'in a command substitution': 'x=$(run sh -c "printf \'a\\nb\\n\\n\'"); printf "[%s]" "$x"',
  'nested in itself': 'echo deep | run sh -c "run cat"',
}

let home: TemporaryHome
beforeAll(() => {
  home = temporaryHome()
})
afterAll(() => home[Symbol.asyncDispose]())

describe('is the same with and without perch:', () => {
  test.each(Object.entries(SAME))('%s', { timeout: 120_000 }, async (_, line) => {
    const direct = await observe('direct', line)
    expect(await observe('perch', line)).toEqual(direct)
  })

  test('64 MiB of random bytes', { timeout: 120_000 }, async () => {
    const line =
      'head -c 67108864 /dev/urandom > in; sha256sum < in > a; run cat < in | run cat | sha256sum > b; rm in; cmp a b && echo same'
    expect(await observe('perch', line)).toMatchObject({ code: 0, stdout: 'same\n', stderr: '' })
  })
})

/** What cannot be the same: the program is not a child of the shell, and only the three streams lead to it. */
test('an argument that is no UTF-8 is refused rather than changed', async () => {
  const line = `run printf %s $'caf\\xe9'; echo $?; run printf %s $'\\xef\\xbf\\xbd'`
  const { stdout, stderr } = await observe('perch', line)
  expect(stdout).toBe('2\n\xef\xbf\xbd')
  expect(stderr).toContain('not UTF-8')
})

describe('is different with perch, and known to be:', () => {
  const DIFFERENT: Readonly<Record<string, readonly [line: string, direct: string, perch: string]>> = {
    'an input that was closed reads as empty': ['run cat <&- 2>/dev/null; echo $?', '1\n', '0\n'],
    'an output that was closed takes everything': ['run echo x >&- 2>/dev/null; echo $?', '1\n', '0\n'],
    'input is read ahead of the program, as ssh does': ['seq 3 > in; { run head -n 1; cat; } < in', '1\n2\n3\n', '1\n'],
    'other descriptors do not reach the program': ['run cat <(echo x) 2>/dev/null; echo $?', 'x\n0\n', '1\n'],
  }

  test.each(Object.entries(DIFFERENT))('%s', async (_, [line, direct, perch]) => {
    const seen = [(await observe('direct', line)).stdout, (await observe('perch', line)).stdout]
    expect(seen).toEqual([direct, perch])
  })
})

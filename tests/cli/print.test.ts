/** What perch writes: results, documents, messages and errors, in colour and without. */
import { describe, expect, test } from 'vitest'
import { createPrinter } from '../../src/cli/print.js'
import type { Presentation, VerbResult } from '../../src/cli/result.js'
import { PerchError } from '../../src/platform/perch-error.js'

interface Setting {
  readonly env?: NodeJS.ProcessEnv
  readonly json?: boolean
  readonly terminal?: { readonly columns: number }
}

function printerTo({ env = {}, json = false, terminal }: Setting = {}) {
  const written = { stdout: '', stderr: '' }
  const target = (name: 'stdout' | 'stderr') => ({
    isTTY: terminal !== undefined,
    columns: terminal?.columns,
    write: (text: string, done: () => void) => {
      written[name] += text
      done()
      return true
    },
  })
  return { printer: createPrinter({ stdout: target('stdout'), stderr: target('stderr'), env, json }), written }
}

const TABLE: VerbResult = {
  shown: {
    kind: 'table',
    columns: [{ title: 'A' }, { title: 'B' }],
    rows: [['1', { text: 'ok', tone: 'good' }]],
    whenEmpty: 'nothing',
  },
  document: { things: [{ a: 1 }] },
}

const REFUSAL = new PerchError('session-not-found', 'there is no session "x"', { hint: 'perch ls lists them.' })

describe('for people', () => {
  test('a table on stdout', async () => {
    const { printer, written } = printerTo()
    await printer.result(TABLE)
    expect(written).toEqual({ stdout: 'A  B\n1  ok\n', stderr: '' })
  })

  test('an empty table leaves stdout empty and says so on stderr', async () => {
    const { printer, written } = printerTo()
    await printer.result({ shown: { kind: 'table', columns: [{ title: 'A' }], rows: [], whenEmpty: 'no sessions' } })
    expect(written).toEqual({ stdout: '', stderr: 'perch: no sessions\n' })
  })

  test('an error and its hint on stderr', async () => {
    const { printer, written } = printerTo()
    await printer.error(REFUSAL)
    expect(written).toEqual({ stdout: '', stderr: 'perch: there is no session "x"\n  perch ls lists them.\n' })
  })

  test('a message is broken between words on a narrow terminal', async () => {
    const { printer, written } = printerTo({ terminal: { columns: 20 } })
    await printer.error(REFUSAL)
    expect(written.stderr).toBe('perch: there is no\n  session "x"\n  perch ls lists\n  them.\n')
  })

  test('what an error quotes does not act on the terminal', async () => {
    const { printer, written } = printerTo()
    await printer.error(new PerchError('usage', 'there is no command \x1b]0;owned\x07\x1b[2J'))
    expect(written.stderr).toBe('perch: there is no command \\x1b]0;owned\\x07\\x1b[2J\n')
  })

  test('lines are drawn for the width of the terminal, and sections stand apart', async () => {
    const { printer, written } = printerTo({ terminal: { columns: 20 }, env: { NO_COLOR: '1' } })
    const drawn: Presentation = { kind: 'drawn', draw: (width) => [['wide ', { text: `${width}\x07`, tone: 'bad' }]] }
    const empty: Presentation = { kind: 'table', columns: [{ title: 'A' }], rows: [], whenEmpty: 'nothing' }
    await printer.result({ shown: { kind: 'sections', sections: [drawn, empty, TABLE.shown] } })
    expect(written.stdout).toBe('wide 20\\x07\n\nA  B\n1  ok\n')
    expect(written.stderr).toBe('perch: nothing\n')
  })

  test('what was done is shown although a part failed', async () => {
    const { printer, written } = printerTo()
    await printer.result({ shown: { kind: 'lines', lines: ['1 removed'] }, problems: [REFUSAL] })
    expect(written.stdout).toBe('1 removed\n')
    expect(written.stderr).toContain('there is no session "x"')
  })
})

describe('for programs', () => {
  test('one document with its schema', async () => {
    const { printer, written } = printerTo({ json: true })
    await printer.result(TABLE)
    expect(JSON.parse(written.stdout)).toEqual({ schema: 1, things: [{ a: 1 }] })
    expect(written.stderr).toBe('')
  })

  test('an error is the document', async () => {
    const { printer, written } = printerTo({ json: true })
    await printer.error(REFUSAL)
    const error = { code: 'session-not-found', message: 'there is no session "x"', hint: 'perch ls lists them.' }
    expect(JSON.parse(written.stdout)).toEqual({ schema: 1, error })
  })

  test('an error without a hint says null', async () => {
    const { printer, written } = printerTo({ json: true })
    await printer.error(new Error('boom'))
    expect(JSON.parse(written.stdout)).toMatchObject({ error: { code: 'internal', message: 'boom' } })
  })
})

describe('an output that cannot be written', () => {
  const full = (written: string[]) => ({
    write: (text: string, done: (error?: Error) => void) => {
      written.push(text)
      done(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }))
      return true
    },
  })

  test('is a failure that has a code', async () => {
    const printer = createPrinter({ stdout: full([]), stderr: full([]), env: {}, json: false })
    const code = 'output-failed'
    await expect(printer.result(TABLE)).rejects.toMatchObject({ code, message: expect.stringContaining('ENOSPC') })
    await expect(printer.text(['perch 1.0'])).rejects.toMatchObject({ code })
  })

  test('of a document is told on stderr', async () => {
    let stderr = ''
    const target = {
      write: (text: string, done: () => void) => {
        stderr += text
        done()
        return true
      },
    }
    await createPrinter({ stdout: full([]), stderr: target, env: {}, json: true }).error(REFUSAL)
    expect(stderr).toBe('perch: there is no session "x"\n  perch ls lists them.\n')
  })

  test('leaves the exit code to tell of an error, where stderr is full as well', async () => {
    const tried: string[] = []
    await createPrinter({ stdout: full(tried), stderr: full(tried), env: {}, json: true }).error(REFUSAL)
    expect(tried).toHaveLength(2)
  })

  test('does not stop the work for a notice, also when the device says so at once', () => {
    const device = {
      write: () => {
        throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
      },
    }
    createPrinter({ stdout: device, stderr: device, env: {}, json: false }).notice('1 byte is gone')
  })

  test('is none when its reader has gone', async () => {
    const gone = {
      write: (_: string, done: (error?: Error) => void) => {
        done(Object.assign(new Error('EPIPE'), { code: 'EPIPE' }))
        return true
      },
    }
    await createPrinter({ stdout: gone, stderr: gone, env: {}, json: false }).result(TABLE)
  })
})

describe('colour', () => {
  test.each<[string, Setting, boolean]>([
    ['on a terminal', { terminal: { columns: 80 } }, true],
    ['not in a pipe', {}, false],
    ['not on a dumb terminal', { terminal: { columns: 80 }, env: { TERM: 'dumb' } }, false],
    ['not with NO_COLOR', { terminal: { columns: 80 }, env: { NO_COLOR: '1' } }, false],
    ['an empty NO_COLOR does not count', { terminal: { columns: 80 }, env: { NO_COLOR: '' } }, true],
    ['in a pipe with FORCE_COLOR', { env: { FORCE_COLOR: '1' } }, true],
    ['not with FORCE_COLOR=0', { terminal: { columns: 80 }, env: { FORCE_COLOR: '0' } }, false],
    ['NO_COLOR wins', { env: { FORCE_COLOR: '1', NO_COLOR: '1' } }, false],
  ])('%s', async (_, setting, isColoured) => {
    const { printer, written } = printerTo(setting)
    await printer.result(TABLE)
    expect(written.stdout.includes('\x1b[32mok')).toBe(isColoured)
  })
})

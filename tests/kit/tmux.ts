/**
 * A private tmux server as the outer terminal: a second, independent judge of what perch leaves on a screen. Its socket
 * lies in the test's home, it reads no configuration, and it is ended with its owner.
 */
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TerminalSize } from '../../src/platform/process/owned-process.js'
import { resolveProgram } from '../../src/platform/process/resolve-program.js'
import { until } from './bounded.js'
import { runProgram } from './running-program.js'
import type { TestHome } from './temporary-home.js'
import { type OpenTerminal, openProgramTerminal } from './terminal.js'

export interface Tmux extends AsyncDisposable {
  /** tmux key names (`Enter`, `C-\\`), each an argument. */
  sendKeys(...keys: readonly string[]): Promise<void>
  /** Literal text. */
  sendText(text: string): Promise<void>
  /** The pane's lines; with `escapes`, attributes as escape sequences. */
  capture(options?: { readonly escapes?: boolean }): Promise<string>
  waitForText(wanted: string | RegExp, boundMs?: number): Promise<void>
  resize(size: TerminalSize): Promise<void>
  /** A format variable of the pane (`cursor_flag`, `alternate_on`, `mouse_any_flag`, …). */
  variable(name: string): Promise<string>
  /** Several of them at one moment. */
  variables(names: readonly string[]): Promise<Readonly<Record<string, string>>>
  /** Somebody who looks at the pane and types nothing, on a terminal as large as it. */
  watch(): Promise<OpenTerminal>
  /** The exit code of the program in the pane, when it has ended; bounded. */
  exitCode(boundMs?: number): Promise<number>
}

const DEFAULT_BOUND_MS = 20_000

/** Starts `argv` in a pane of a new server. Needs `requires(context, 'tmux')`. */
export async function openTmux(
  home: TestHome,
  argv: readonly [string, ...string[]],
  options: { readonly size?: TerminalSize; readonly cwd?: string } = {},
): Promise<Tmux> {
  const socket = join(home.root, `${randomBytes(4).toString('hex')}.tmux`)
  const server = ['-S', socket, '-f', '/dev/null']
  const run = async (...args: readonly string[]) => {
    const done = await runProgram('tmux', [...server, ...args], { env: home.env, cwd: home.home })
    if (done.code !== 0) throw new Error(`tmux ${args.join(' ')}: ${done.stderr}`)
    return done.stdout.toString('utf8')
  }
  const { cols, rows } = options.size ?? { cols: 80, rows: 24 }
  // The pane stays when its program ends, so that the last screen and the exit code can be looked at.
  const keepPane = ['set-option', '-g', 'remain-on-exit', 'on', ';', 'set-option', '-g', 'status', 'off', ';']
  const newSession = ['new-session', '-d', '-x', String(cols), '-y', String(rows), '-c', options.cwd ?? home.home]
  await run('start-server', ';', ...keepPane, ...newSession, '--', ...argv)
  const capture = ({ escapes = false } = {}) => run('capture-pane', '-p', ...(escapes ? ['-e'] : []))
  const variables = async (names: readonly string[]) => {
    const lines = (await run('display-message', '-p', names.map((name) => `#{${name}}`).join('\n'))).split('\n')
    return Object.fromEntries(names.map((name, at) => [name, lines[at] ?? '']))
  }
  const variable = async (name: string) => (await variables([name]))[name] ?? ''
  let last = ''
  return {
    sendKeys: async (...keys) => void (await run('send-keys', ...keys)),
    sendText: async (text) => void (await run('send-keys', '-l', text)),
    capture,
    async waitForText(wanted, boundMs = DEFAULT_BOUND_MS) {
      const shows = async () => {
        last = await capture()
        return typeof wanted === 'string' ? last.includes(wanted) : wanted.test(last)
      }
      await until(shows, boundMs, () => `${wanted} in the pane, which shows:\n${last}`)
    },
    resize: async (size) => void (await run('resize-window', '-x', String(size.cols), '-y', String(size.rows))),
    variable,
    variables,
    async watch() {
      const { window_width: cols, window_height: rows } = await variables(['window_width', 'window_height'])
      const program = resolveProgram('tmux', { path: home.env.PATH, cwd: home.home })
      return openProgramTerminal(home, [program, ...server, 'attach', '-r'], {
        size: { cols: Number(cols), rows: Number(rows) },
        env: { TERM: 'xterm-256color' },
      })
    },
    async exitCode(boundMs = DEFAULT_BOUND_MS) {
      const collected = async () => {
        const { pane_dead: isDead, pane_dead_status: status } = await variables(['pane_dead', 'pane_dead_status'])
        // The pane is dead when its terminal closes, and has a status when tmux has collected the program. tmux 3.3a misses one
        // SIGCHLD in thirty on a busy machine and then leaves a zombie: it looks again when it is told once more.
        if (isDead === '1' && status === '') process.kill(Number(await variable('pid')), 'SIGCHLD')
        return isDead === '1' && (status || false)
      }
      return Number(await until(collected, boundMs, () => 'the end of the program in the pane'))
    },
    async [Symbol.asyncDispose]() {
      await run('kill-server')
      // The server leaves its socket's file behind.
      rmSync(socket, { force: true })
    },
  }
}

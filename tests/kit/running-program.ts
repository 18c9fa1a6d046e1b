/**
 * A program started by a test, with its output as it comes and a bound on its life. Its owner ends it by pid on every
 * way out; it is never found by name.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { within } from './bounded.js'

export interface Finished {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: Buffer
  readonly stderr: string
}

export interface ProgramOptions {
  readonly env: Readonly<Record<string, string>>
  readonly cwd?: string | undefined
  /** All of stdin, which is then closed. Absent: stdin stays open for `write`. */
  readonly input?: string | Uint8Array | undefined
  /** The bound of its whole life. */
  readonly boundMs?: number | undefined
}

export interface RunningProgram extends AsyncDisposable {
  readonly pid: number
  /** What it has written so far. */
  readonly stdout: () => Buffer
  readonly stderr: () => string
  /** Resolves when stdout so far matches; bounded. */
  waitForOutput(pattern: string | RegExp, boundMs?: number): Promise<void>
  write(input: string | Uint8Array): void
  endInput(): void
  kill(signal: NodeJS.Signals): void
  /** Its wait status and all of its output; rejects when the bound of its life was reached (it is then killed). */
  readonly finished: Promise<Finished>
}

/** A program of perch answers in well under a second; the machine may run two test files and a compiler beside it. */
const DEFAULT_BOUND_MS = 30_000

/** Runs a program to its end. */
export async function runProgram(program: string, args: readonly string[], options: ProgramOptions): Promise<Finished> {
  await using running = startProgram(program, args, { ...options, input: options.input ?? '' })
  return await running.finished
}

export function startProgram(program: string, args: readonly string[], options: ProgramOptions): RunningProgram {
  const boundMs = options.boundMs ?? DEFAULT_BOUND_MS
  const child = spawn(program, args, { env: { ...options.env }, cwd: options.cwd, stdio: ['pipe', 'pipe', 'pipe'] })
  const stdout = collect(child.stdout)
  const stderr = collect(child.stderr)
  const shown = () => `${[program, ...args].join(' ')}\nstdout: ${stdout.bytes()}\nstderr: ${stderr.bytes()}`
  // A program that ends without reading its input closes the pipe under us: its code tells the story, not EPIPE.
  child.stdin.on('error', () => undefined)
  if (options.input !== undefined) child.stdin.end(options.input)
  const closed = whenClosed(child, () => ({ stdout: stdout.bytes(), stderr: stderr.bytes().toString('utf8') }))
  const finished = within(closed, boundMs, () => `the end of ${shown()}`).catch((error: unknown) => {
    child.kill('SIGKILL')
    throw error
  })
  // Whoever only looks at the output never awaits the end; the error then belongs to nobody.
  finished.catch(() => undefined)
  return {
    pid: child.pid ?? 0,
    stdout: stdout.bytes,
    stderr: () => stderr.bytes().toString('utf8'),
    waitForOutput: (pattern, outputBoundMs = boundMs) =>
      within(stdout.matching(pattern), outputBoundMs, () => `${pattern} in ${shown()}`),
    write: (input) => void child.stdin.write(input),
    endInput: () => void child.stdin.end(),
    kill: (signal) => void child.kill(signal),
    finished,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await within(
        closed.then(
          () => undefined,
          () => undefined,
        ),
        boundMs,
        () => `the end, after SIGKILL, of ${shown()}`,
      )
    },
  }
}

function whenClosed(child: ChildProcess, output: () => Pick<Finished, 'stdout' | 'stderr'>): Promise<Finished> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, ...output() }))
  })
}

function collect(stream: NodeJS.ReadableStream) {
  const chunks: Buffer[] = []
  const bytes = () => Buffer.concat(chunks)
  const waiting = new Set<() => void>()
  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    for (const look of [...waiting]) look()
  })
  const matching = (pattern: string | RegExp) =>
    new Promise<void>((resolve) => {
      const look = () => {
        const text = bytes().toString('utf8')
        if (!(typeof pattern === 'string' ? text.includes(pattern) : pattern.test(text))) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
    })
  return { bytes, matching }
}

/**
 * A child on real pipes: stdin, stdout and stderr apart, or the last two as one. It owns our ends of them; the child's
 * ends are closed here as soon as the child has them, so that the end of its last holder is the end of the stream.
 */
import { closeSync } from 'node:fs'
import { type LaunchedChild, launch } from '../process/launch.js'
import { pipeLauncher } from '../process/launcher.js'
import { OneTimeEvent } from '../process/one-time-event.js'
import { type OutputReader, readOutput } from '../process/output-reader.js'
import type { InputFollower, OutputSink, OutputStream, OwnedProcess, SpawnOptions, WaitStatus } from '../process/owned-process.js'
import { PacedWriter } from '../process/paced-writer.js'
import type { PipeEnds } from './pipe-ends.js'
import { openPipes } from './pipes.js'

export interface ChildPipes {
  readonly stdin: PipeEnds
  readonly stdout: PipeEnds
  /** Absent when the child writes both to one pipe. */
  readonly stderr?: PipeEnds | undefined
}

export interface PipeSpawnOptions extends SpawnOptions {
  /** One pipe for stdout and stderr: the order is then the child's own. */
  readonly mergeStderr: boolean
  /** Made ahead by `openChildPipes` while something else was waited for; they belong to `spawnPipes` from here on. */
  readonly pipes?: ChildPipes | undefined
}

/**
 * Makes the pipes of a child.
 * @throws PerchError `spawn-failed`
 */
export async function openChildPipes(mergeStderr: boolean): Promise<ChildPipes> {
  const [stdin, stdout, stderr] = await openPipes(
    mergeStderr ? ['to-child', 'from-child'] : ['to-child', 'from-child', 'from-child'],
  )
  if (stdin === undefined || stdout === undefined) throw new Error('openPipes returned fewer pipes than it was asked for')
  return { stdin, stdout, stderr }
}

/** The pipes of a child that writes both to one. */
export function withoutStderr({ stdin, stdout, stderr }: ChildPipes): ChildPipes {
  for (const end of stderr ? [stderr.ours, stderr.theirs] : []) closeSync(end)
  return { stdin, stdout }
}

/** Closes pipes that no child was started on. */
export function closeChildPipes(pipes: ChildPipes): void {
  closeEnds(pipes, 'ours')
  closeEnds(pipes, 'theirs')
}

/**
 * Starts the program on pipes, as the leader of a session and process group of its own.
 * @throws PerchError as `launch` does
 */
export async function spawnPipes(options: PipeSpawnOptions): Promise<OwnedProcess> {
  const pipes = options.pipes ?? (await openChildPipes(options.mergeStderr))
  const { stdin, stdout, stderr } = pipes
  let launched: LaunchedChild
  try {
    launched = await launch(pipeLauncher(options), options, [stdin.theirs, stdout.theirs, (stderr ?? stdout).theirs])
  } catch (error) {
    closeChildPipes(pipes)
    throw error
  }
  closeEnds(pipes, 'theirs')
  return new PipeProcess(launched, pipes)
}

class PipeProcess implements OwnedProcess {
  readonly pid: number
  readonly kind = 'pipe'
  readonly streams: readonly OutputStream[]
  readonly exited: Promise<WaitStatus>
  readonly #outputs: ReadonlyMap<OutputStream, number>
  readonly #writer: PacedWriter
  readonly #readers = new Map<OutputStream, OutputReader>()
  readonly #ended = new OneTimeEvent()
  #input: InputFollower | undefined
  #closed = false

  constructor(launched: LaunchedChild, pipes: ChildPipes) {
    this.pid = launched.pid
    this.exited = launched.exited
    const outputs = new Map<OutputStream, number>([['stdout', pipes.stdout.ours]])
    if (pipes.stderr) outputs.set('stderr', pipes.stderr.ours)
    this.#outputs = outputs
    this.streams = [...outputs.keys()]
    const inputDone = () => {
      closeSync(pipes.stdin.ours)
      this.#input?.ended()
    }
    this.#writer = new PacedWriter(pipes.stdin.ours, inputDone, (bytes) => this.#input?.taken(bytes))
  }

  start(sink: OutputSink): void {
    let open = this.#outputs.size
    for (const [stream, fd] of this.#outputs) {
      const onEnd = () => {
        sink.end(stream)
        open -= 1
        if (open === 0) this.#ended.raise()
      }
      this.#readers.set(
        stream,
        readOutput(fd, 'pipe', (bytes) => sink.data(stream, bytes), onEnd),
      )
    }
  }

  async drain(boundMs: number): Promise<void> {
    if (await this.#ended.within(boundMs)) return
    for (const stream of this.streams) this.closeOutput(stream)
  }

  writeAtOnce(bytes: Uint8Array): number {
    return this.#writer.writeAtOnce(bytes)
  }

  write(bytes: Uint8Array, signal?: AbortSignal): Promise<number> {
    return this.#writer.write(bytes, signal)
  }

  followInput(follower: InputFollower): void {
    this.#input = follower
  }

  endInput(): Promise<void> {
    return this.#writer.end()
  }

  pause(stream: OutputStream): void {
    this.#readers.get(stream)?.pause()
  }

  resume(stream: OutputStream): void {
    this.#readers.get(stream)?.resume()
  }

  closeOutput(stream: OutputStream): void {
    const reader = this.#readers.get(stream)
    reader?.readNow()
    reader?.end()
  }

  resize(): void {}

  foregroundGroup(): undefined {
    return undefined
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#writer.close()
    for (const [stream, fd] of this.#outputs) {
      const reader = this.#readers.get(stream)
      if (reader) reader.close()
      else closeSync(fd)
    }
    this.#ended.raise()
  }
}

function closeEnds(pipes: ChildPipes, side: keyof PipeEnds): void {
  for (const ends of [pipes.stdin, pipes.stdout, pipes.stderr]) if (ends) closeSync(ends[side])
}

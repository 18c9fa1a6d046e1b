/** `perch replay`: a recording on this terminal, or what it shows on standard output. Needs no daemon. */
import { isatty } from 'node:tty'
import { EXIT } from '../../api/error-codes.js'
import { PerchError } from '../../platform/perch-error.js'
import { type PlayEnd, playOnTerminal } from '../recording/play-on-terminal.js'
import type { PaceOptions } from '../recording/playback-pace.js'
import { type Recording, readRecording } from '../recording/read-recording.js'
import { openRecordingFile, openRecordingInput } from '../recording/recording-source.js'
import { nothingShown, type VerbResult } from '../result.js'
import { exitCodeOfSignal } from '../session-exit.js'
import { requireDecodable } from '../shell/undecodable-words.js'
import { openOwnOutput, requireWritten } from '../streams/own-output.js'
import { DEFAULT_DETACH_KEYS, parseDetachKeys } from '../terminal/detach-key-names.js'
import { type OuterTerminal, openOuterTerminal } from '../terminal/outer-terminal.js'
import { parseDurationMs } from '../values/duration.js'
import { type CliContext, type Invocation, optionValue } from '../verb.js'

const USUAL_IDLE_LIMIT = '2s'
/** Slower or faster than this nothing can be seen. */
const SLOWEST = 0.01
const FASTEST = 1000

export async function run(invocation: Invocation, context: CliContext): Promise<VerbResult> {
  const [file = ''] = invocation.positionals
  const pace = {
    speed: parseSpeed(optionValue(invocation, 'speed') ?? '1'),
    idleLimitMs: parseIdleLimitMs(optionValue(invocation, 'idle-limit') ?? USUAL_IDLE_LIMIT),
  }
  const detachKeys = parseDetachKeys(optionValue(invocation, 'detach-keys') ?? DEFAULT_DETACH_KEYS)
  requireDecodable([file])
  const source = file === '-' ? openRecordingInput() : openRecordingFile(file)
  try {
    const recording = await readRecording(source.chunks, source.name)
    if (!isatty(1)) {
      await print(recording)
      return nothingShown()
    }
    const terminal = openTerminalToPlayOn()
    warnIfSmaller(terminal, recording, context)
    return nothingShown(exitCodeOf(await playOnTerminal({ outputs: recording.outputs, terminal, pace, detachKeys })))
  } finally {
    source.close()
  }
}

/** Everything that it shows, as fast as it is taken. */
async function print({ outputs }: Recording): Promise<void> {
  const output = openOwnOutput(1)
  try {
    for await (const { text } of outputs) {
      await output.write(Buffer.from(text))
      if (output.broken) break
    }
  } finally {
    await output.flush()
  }
  requireWritten(output, 'Free some space, or name another file.')
}

function openTerminalToPlayOn(): OuterTerminal {
  try {
    return openOuterTerminal()
  } catch (cause) {
    if (!(cause instanceof PerchError)) throw cause
    throw new PerchError('no-terminal', 'there is no terminal to play a recording on', {
      cause,
      hint: 'perch replay FILE | cat prints what it shows.',
    })
  }
}

function warnIfSmaller(terminal: OuterTerminal, { size }: Recording, context: CliContext): void {
  const own = terminal.size()
  if (own === undefined || (own.cols >= size.cols && own.rows >= size.rows)) return
  context.notice(`the recording is ${size.cols}x${size.rows} and this terminal ${own.cols}x${own.rows}: it will look broken`)
}

function exitCodeOf(end: PlayEnd): number {
  if (end.kind === 'signal') return exitCodeOfSignal(end.signal)
  return end.kind === 'interrupted' ? EXIT.interrupted : EXIT.done
}

/** @throws PerchError `usage` */
function parseSpeed(text: string): PaceOptions['speed'] {
  const speed = Number(text)
  if (/^\d+(\.\d+)?$/.test(text) && speed >= SLOWEST && speed <= FASTEST) return speed
  throw new PerchError('usage', `--speed takes a number from ${SLOWEST} to ${FASTEST}, not ${JSON.stringify(text)}`, {
    hint: '2 is twice as fast, 0.5 half as fast.',
  })
}

/** @throws PerchError `usage` */
function parseIdleLimitMs(text: string): PaceOptions['idleLimitMs'] {
  const limitMs = text === '0' ? 0 : parseDurationMs(text, '--idle-limit')
  return limitMs === 0 ? Number.POSITIVE_INFINITY : limitMs
}

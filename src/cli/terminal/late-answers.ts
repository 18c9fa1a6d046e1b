/**
 * What a terminal says by itself (answers to what the program asked, reports of the mouse and the focus) may come after a person
 * has left: the shell would take it for typed. So the terminal is asked one thing more, and everything that it says until it
 * has answered that is no business of the shell.
 */
import { type SequenceKind, SequenceScanner } from '../../screen/sequence-scanner.js'
import type { OuterTerminal } from './outer-terminal.js'

/** DSR, which every terminal since the VT100 answers with one of these two. */
const LAST_QUESTION = '\x1b[5n'
const LAST_ANSWERS = ['\x1b[0n', '\x1b[3n']
/** Long enough for a terminal at the other end of the world; one that does not answer in it has not answered the others. */
const WAIT_MS = 500

export interface AwaitedAnswers {
  /** What the terminal says meanwhile. */
  take(bytes: Uint8Array): void
  /** Settles when no answer is to be expected any more. */
  readonly done: Promise<void>
}

/** Asks, and from then on has to be given all input. `pass` gets whole sequences that the program still waits for. */
export function awaitAnswers(terminal: Pick<OuterTerminal, 'write'>, pass: (bytes: Uint8Array) => void): AwaitedAnswers {
  let resolve = () => {}
  const done = new Promise<void>((settle) => {
    resolve = settle
  })
  const timer = setTimeout(resolve, WAIT_MS)
  const scanner = new SequenceScanner((kind, bytes) => {
    if (LAST_ANSWERS.includes(bytes.toString('latin1'))) {
      clearTimeout(timer)
      resolve()
    } else if (isAnswer(kind, bytes)) {
      pass(Buffer.from(bytes))
    }
  })
  void terminal.write(Buffer.from(LAST_QUESTION))
  return { take: (bytes) => scanner.push(bytes), done }
}

/** As terminals answer; what is typed is no such sequence (keys of the kitty protocol lack the `?`). */
function isAnswer(kind: SequenceKind, bytes: Buffer): boolean {
  if (kind === 'osc' || kind === 'string') return true
  return (
    kind === 'csi' && /^\x1b\[(\?[\d;]*[cnuR]|>[\d;]*c|[\d;]+R|\??[\d;]*\$y|[\d;]*t|\d+;\d+;\d+x)$/.test(bytes.toString('latin1'))
  )
}

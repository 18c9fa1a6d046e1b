/** Every error code with what it means to a shell (exit code) and to an HTTP client (status). Codes are never renamed. */

interface CodeMeaning {
  readonly exitCode: number
  readonly httpStatus: number
}

export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  refused: 4,
  timedOut: 124,
  notExecutable: 126,
  programNotFound: 127,
  interrupted: 130,
} as const

const failed: CodeMeaning = { exitCode: EXIT.failed, httpStatus: 500 }
const usage: CodeMeaning = { exitCode: EXIT.usage, httpStatus: 400 }
const notFound: CodeMeaning = { exitCode: EXIT.notFound, httpStatus: 404 }
const refused: CodeMeaning = { exitCode: EXIT.refused, httpStatus: 409 }
const timedOut: CodeMeaning = { exitCode: EXIT.timedOut, httpStatus: 504 }

const CODES: Readonly<Record<string, CodeMeaning>> = {
  // wrong usage
  usage,
  'bad-request': usage,
  'bad-name': usage,
  'bad-config': usage,
  'request-too-large': { exitCode: EXIT.usage, httpStatus: 413 },
  'bad-size': usage,
  'bad-signal': usage,
  'unknown-agent': usage,
  'bad-agent-file': usage,
  'empty-command': usage,
  'bad-pattern': usage,
  'pattern-too-slow': usage,
  // not there
  'profile-not-found': notFound,
  'session-not-found': notFound,
  'attachment-not-found': notFound,
  'tee-not-found': notFound,
  'rule-not-found': notFound,
  'conflict-not-found': notFound,
  'ambiguous-conflict': { exitCode: EXIT.notFound, httpStatus: 409 },
  'ambiguous-session': { exitCode: EXIT.notFound, httpStatus: 409 },
  'nothing-waits': { exitCode: EXIT.failed, httpStatus: 404 },
  'no-such-route': { exitCode: EXIT.failed, httpStatus: 404 },
  // refused
  'profile-exists': refused,
  'profile-in-use': refused,
  'login-in-use': refused,
  'target-gone': refused,
  'shim-loop': refused,
  'name-taken': refused,
  'file-exists': refused,
  'too-many-sessions': refused,
  'too-many-tees': refused,
  'session-live': refused,
  'other-agent': refused,
  'conversation-not-shared': refused,
  'not-confirmed': refused,
  'no-service-manager': refused,
  'already-attached': refused,
  'attach-to-self': refused,
  stolen: refused,
  kicked: refused,
  // the program to run
  'program-not-found': { exitCode: EXIT.programNotFound, httpStatus: 422 },
  'agent-not-installed': { exitCode: EXIT.programNotFound, httpStatus: 422 },
  'program-not-executable': { exitCode: EXIT.notExecutable, httpStatus: 422 },
  'command-too-long': usage,
  'no-account-command': failed,
  'no-conversation': failed,
  'spawn-failed': failed,
  'folder-not-found': { exitCode: EXIT.failed, httpStatus: 422 },
  // streams
  'stream-unavailable': failed,
  'stream-closed': failed,
  'tee-failed': failed,
  'session-ended': { exitCode: EXIT.failed, httpStatus: 410 },
  'host-lost': failed,
  'output-failed': failed,
  'nothing-held': failed,
  // files that a person names
  'not-a-file': failed,
  'file-not-found': failed,
  'file-unreadable': failed,
  'not-a-recording': failed,
  'corrupt-recording': failed,
  'no-terminal': usage,
  'screen-unavailable': failed,
  // state on disk
  'corrupt-file': failed,
  'corrupt-profile': failed,
  'corrupt-session': failed,
  'unsafe-folder': failed,
  'unsafe-file': failed,
  'socket-path-too-long': failed,
  'disk-full': failed,
  'not-writable': failed,
  'shared-home-unreadable': failed,
  'link-mode-unavailable': failed,
  'usage-unavailable': { exitCode: EXIT.failed, httpStatus: 503 },
  // processes of perch
  'lock-timeout': failed,
  'daemon-unreachable': failed,
  'daemon-start-failed': failed,
  'version-mismatch': failed,
  'bad-frame': failed,
  'host-start-failed': failed,
  'platform-unsupported': failed,
  'still-running': failed,
  'service-failed': failed,
  timeout: timedOut,
  interrupted: { exitCode: EXIT.interrupted, httpStatus: 499 },
  internal: failed,
}

export function exitCodeOf(code: string): number {
  return CODES[code]?.exitCode ?? EXIT.failed
}

export function httpStatusOf(code: string): number {
  return CODES[code]?.httpStatus ?? 500
}

/**
 * The verbs that work with tees, as data. `tee ls` and `tee rm` are names of two words and win over `tee` by itself: a
 * session that is called `ls` or `rm` is reached by its id there.
 */
import type { VerbDefinition } from '../verb.js'

const SESSION = { name: 'SESSION' } as const

export const teeVerbs: readonly VerbDefinition[] = [
  {
    name: 'tee',
    summary: 'copy what a session writes from now on to a file or a command',
    details: [
      'Prints the id of the tee, which goes on without perch until the session ends or perch tee rm ends it. A command runs in this folder, with this environment.',
      'A sink that is slow misses bytes, which are counted and marked where they are missing: the oldest (drop-oldest), or the newest (drop-newest). With block nothing is missed, and the program waits: only on pipes.',
      'A session that is called ls or rm is named by its id here.',
    ],
    positionals: [{ ...SESSION, takes: 'live-session' }],
    options: {
      file: { value: 'PATH', summary: 'write to this file, for its owner only; it is emptied first' },
      append: { summary: 'keep what the file holds' },
      rotate: { value: 'SIZE', summary: 'begin a new file at this size (10M, 64KiB), with --keep' },
      keep: { value: 'N', summary: 'keep so many old files, as PATH.1, PATH.2, ...' },
      command: { value: 'CMD', summary: 'write to the standard input of this shell command' },
      stream: {
        value: 'STREAM',
        takes: ['stdout', 'stderr', 'pty', 'stdin'],
        summary: 'stdout or pty (default), stderr, or stdin: what it is sent',
      },
      policy: { value: 'POLICY', summary: 'drop-oldest (default), drop-newest or block' },
    },
    load: () => import('../verbs/tee.js'),
  },
  {
    name: 'tee ls',
    summary: 'the tees of a session, how far they are and what they missed',
    positionals: [SESSION],
    load: () => import('../verbs/tee-ls.js'),
  },
  {
    name: 'tee rm',
    summary: 'end a tee, after what it was given has been written',
    positionals: [{ ...SESSION, takes: 'live-session' }, { name: 'TEE' }],
    load: () => import('../verbs/tee-rm.js'),
  },
]

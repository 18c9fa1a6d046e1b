/** The streams of a session by name, apart from the schemas (`session.ts`), which most commands need not load. */
export const streamNames = ['pty', 'stdout', 'stderr', 'stdin'] as const

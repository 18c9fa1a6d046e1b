/** The states of a session by name, apart from the schemas (`session.ts`): `perch ls` loads this, and none of those. */
export const sessionStates = ['starting', 'running', 'exited', 'lost'] as const
export type SessionStateName = (typeof sessionStates)[number]

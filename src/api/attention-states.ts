/** The states of attention, and which of them need somebody. Without the schemas: lists load this. */

/**
 * `working`: the agent is busy. `waiting`: its turn is over, or it asks something. `permission`: it asks whether it may.
 * `limit`: its account's allowance is used up. `idle`: nothing goes on, and nobody is needed.
 */
export const attentionStates = ['working', 'waiting', 'permission', 'idle', 'limit'] as const
export type AttentionState = (typeof attentionStates)[number]

/** Whether nothing goes on in a session until somebody comes. */
export function needsSomebody({ attention }: { readonly attention: AttentionState | null }): boolean {
  return attention === 'waiting' || attention === 'permission' || attention === 'limit'
}

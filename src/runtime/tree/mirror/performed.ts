/** What carrying out a decision came to: `enter`, both sides have a folder now, or one that the other deleted; `again`, look at it once more. */
export type Performed = 'done' | 'enter' | 'again'

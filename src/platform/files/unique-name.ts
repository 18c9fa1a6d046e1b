/**
 * Names that must not collide, as opposed to names that nobody may guess: loading `node:crypto` for them costs every command
 * 4 to 6 ms (measured), and whoever makes a file of such a name opens it exclusively.
 */

/** So many random hexadecimal digits, 12 at most. V8 seeds its generator anew in each process. */
export function uniqueHex(digits: number): string {
  return Math.floor(Math.random() * 16 ** digits)
    .toString(16)
    .padStart(digits, '0')
}

/** How errors in a definition say what was expected, where more than one key takes the same. */

export const NAMES = 'a list of names at the top level of the config folder, in which * stands for anything'
export const PLAIN_NAMES = 'a list of names at the top level of the config folder'
export const KEY_PATHS = 'a list of keys, each as "key", "table.key" or ["table", "key"]'
export const OWN_VARIABLE = 'a variable of the agent (not one such as PATH, HOME, LD_PRELOAD or PERCH_HOME)'
export const STALE = 'milliseconds from 1000 to 3600000'

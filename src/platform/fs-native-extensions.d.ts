declare module 'fs-native-extensions' {
  /** Takes an advisory lock on an open file; false when another descriptor holds it. */
  export function tryLock(fd: number, options?: { shared?: boolean }): boolean
}

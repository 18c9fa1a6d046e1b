/** What is installed so that the daemon is started with the person's login, by whichever manager there is. */

export interface ServiceDefinition {
  readonly manager: 'systemd' | 'launchd'
  /** The file that the manager reads. */
  readonly path: string
  /** Its content; `madeFolder` is the first of its folders that had to be made, so that it can go again. */
  text(madeFolder: string | null): string
  /** `madeFolder` of a file that perch wrote; undefined for any other file. */
  madeFolderOf(text: string): string | null | undefined
}

export interface ServiceProgram {
  /** The program and its arguments: absolute paths. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** What a folder holds, one thing of it. */
export interface FolderEntry {
  readonly name: string
  readonly folder: boolean
}

/** Where a command would run. Paths are absolute; the three functions read the file system, and tests may give their own. */
export interface CommandPlace {
  /** The workspace: what commands may read by themselves ends here. */
  readonly root: string
  /** Where the command starts; `root` when left out. */
  readonly folder?: string
  /** What `~` stands for; unknown when left out. */
  readonly home?: string
  /** Follows links. A path that does not exist is resolved by its nearest parent that does. */
  readonly realPath?: (path: string) => string
  /** Everything in a folder, dot files too; `undefined` where it cannot be listed. */
  readonly listFolder?: (path: string) => readonly FolderEntry[] | undefined
  /** The text of a small file; `undefined` where there is none. */
  readonly readText?: (path: string) => string | undefined
  /** What a file holds that is no text: the index of a repository. `undefined` where there is none. */
  readonly readBytes?: (path: string) => Uint8Array | undefined
}

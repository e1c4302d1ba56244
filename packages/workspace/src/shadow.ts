import type { FileChange, Milliseconds } from '@keepup/core'

/** A working tree with its place in the shadow repository. */
export interface Shadow {
  /** The working tree: absolute, without symbolic links. */
  readonly root: string
  /** The folder that holds everything of the workspace. */
  readonly storage: string
  /** The shadow repository. */
  readonly repository: string
  /** Git's cache of what it has seen of this working tree. */
  readonly index: string
  /** In whose name snapshots are held. */
  readonly holder: string
  readonly bounds: Bounds
  /** Whether the disk takes names that differ in case alone for one. */
  readonly ignoresCase: boolean
}

/** What is too much. */
export interface Bounds {
  /** In bytes: larger files are named as uncovered. */
  readonly largestFile: number
  /** More files than these are refused. */
  readonly mostFiles: number
  /** A step of git's that looks at files and takes longer is ended. */
  readonly longestLook: Milliseconds
}

/** A file that no snapshot holds, and why. */
export interface Uncovered {
  /** Relative to the root, with `/`. */
  readonly path: string
  readonly reason: string
}

/** How one path differs between two trees. A side without the path has the mode 0. */
export interface TreeChange extends FileChange {
  readonly before: TreeEntry
  readonly after: TreeEntry
}

/** What a tree has at a path. `link`: the content is where a symbolic link leads. */
export interface TreeEntry {
  readonly kind: 'none' | 'file' | 'program' | 'link'
  /** The name of its content in the shadow repository. */
  readonly content: string
}

import { createFileLocks, type FileLocks } from '../file-locks.ts'
import { createSeenFiles, type SeenFiles } from './seen-files.ts'

/** What the file tools of one toolkit share: who changes a file now, and what each thread last saw of it. */
export interface WorkingFiles {
  readonly locks: FileLocks
  readonly seen: SeenFiles
}

/** For tools that belong together: hand the same to each. */
export function createWorkingFiles(): WorkingFiles {
  return { locks: createFileLocks(), seen: createSeenFiles() }
}

import type { ThreadId } from '@keepup/core'

import { type ExportSource, exportThreads } from './export-threads.ts'
import { type Imported, importThreads } from './import-threads.ts'
import type { ImportTarget } from './thread-receiver.ts'

/**
 * Copies the threads named, or all, from one checkpointer to another of any kind, which need not be empty: an export read as it is written. Hashes stay,
 * and copying again brings over what is new. Fails like `exportThreads` and `importThreads`.
 */
export function copyThreads(
  from: ExportSource,
  to: ImportTarget,
  threads?: readonly ThreadId[],
): Promise<Imported> {
  return importThreads(to, exportThreads(from, threads))
}

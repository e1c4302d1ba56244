import type { FileReport } from './file-report.ts'

/** @limit How many roles, tasks or modes of one file are read. */
const mostParts = 500

/** The parts of a file, or as many of them as are read; that there are more is told. */
export function partsOf<Part>(parts: readonly Part[], report: FileReport): readonly Part[] {
  if (parts.length > mostParts) {
    report.warn('', `holds ${parts.length} parts, of which the first ${mostParts} are read`, 'split the file')
  }
  return parts.slice(0, mostParts)
}

import type { CommandLine } from '../command-line.ts'
import { safeText } from '../terminal/safe-text.ts'

/** Tells a person what could not be read of files that were found. */
export async function tellProblems({ terminal }: CommandLine, problems: readonly string[]): Promise<void> {
  for (const problem of problems) await terminal.notes.write(safeText(`note: ${problem}\n`))
}

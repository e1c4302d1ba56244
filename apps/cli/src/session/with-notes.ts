import type { CommandLine } from '../command-line.ts'

/** The same command line, whose notes are told to somebody instead of being written to the terminal. */
export function withNotes(line: CommandLine, tell: (text: string) => void): CommandLine {
  const { terminal } = line
  const notes = {
    closed: terminal.notes.closed,
    flush: () => terminal.notes.flush(),
    write(text: string) {
      const told = text.trim().replace(/^note: /, '')
      if (told !== '') tell(told)
      return Promise.resolve()
    },
  }
  return { ...line, terminal: { ...terminal, notes } }
}

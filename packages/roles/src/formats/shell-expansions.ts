import type { FileReport } from '../fields/file-report.ts'

/** Commands that other programs run while they read a text: `` !`command` `` and fenced blocks that begin with `!`. */
const expansions = [/!`([^`\n]{1,500})`/g, /^```!\s*\n([^`]{1,500})/gm]

/** Tells of commands in a text that another program would run when it reads it. Here they stay text. `first` is the line in which the text begins. */
export function tellExpansions(text: string, first: number, report: FileReport): void {
  for (const pattern of expansions) {
    for (const { index, 1: command = '' } of [...text.matchAll(pattern)].slice(0, 20)) {
      const line = first + text.slice(0, index).split('\n').length - 1
      report.leaveText({ line }, command.trim(), 'commands in a text are never run; it stays text')
    }
  }
}

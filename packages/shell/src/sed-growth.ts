import type { SedCommand } from './sed-script.ts'

/** How many lines are thought to be read, and what they may have grown to by then. */
const lines = 60
const mostGrowth = 50_000

interface Spaces {
  pattern: number
  hold: number
}

/** Whether what sed holds may double again and again, line by line or command by command: that fills any memory. */
export function sedGrowthFault(commands: readonly SedCommand[]): string | undefined {
  const spaces: Spaces = { pattern: 1, hold: 1 }
  for (let line = 0; line < lines; line++) {
    spaces.pattern = 1
    for (const command of commands) apply(command, spaces)
    if (Math.max(spaces.pattern, spaces.hold) > mostGrowth) return 'a text that grows without end'
  }
  return undefined
}

/** What a command makes of the longest texts that it may find; one that runs for some lines alone makes nothing shorter. */
function apply({ name, chosen, factor }: SedCommand, spaces: Spaces): void {
  const { pattern, hold } = spaces
  const longest = Math.max(pattern, hold)
  if (name === 'G') spaces.pattern = pattern + hold
  else if (name === 'H') spaces.hold = hold + pattern
  else if (name === 'N') spaces.pattern = pattern + 1
  else if (name === 's') spaces.pattern = pattern * factor
  else if (name === 'g') spaces.pattern = chosen ? longest : hold
  else if (name === 'h') spaces.hold = chosen ? longest : pattern
  else if (name === 'x') {
    spaces.pattern = chosen ? longest : hold
    spaces.hold = chosen ? longest : pattern
  }
}

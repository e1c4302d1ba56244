import type { Operation } from './operation.ts'

/** An operation of a worker, and what it said of its end; nothing where it was killed before it could. */
export interface Step {
  readonly operation: Operation
  readonly outcome?: string
}

/** What a worker did, from the lines that it printed. A line that was cut tells nothing: the operation had not begun, or was not acknowledged. */
export function readJournal(lines: readonly string[]): Step[] {
  const steps: Step[] = []
  for (const line of lines) {
    const begun = line.startsWith('> ') ? parse(line.slice(2)) : undefined
    const last = steps.at(-1)
    if (begun !== undefined) steps.push({ operation: begun })
    else if (line.startsWith('< ') && last !== undefined)
      steps[steps.length - 1] = { operation: last.operation, outcome: line.slice(2) }
  }
  return steps
}

function parse(text: string): Operation | undefined {
  try {
    // Only a worker writes these lines.
    return JSON.parse(text) as Operation
  } catch {
    return undefined
  }
}

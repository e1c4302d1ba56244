import type { Clock } from '@keepup/core'

import type { RunFacts } from '../output-formats/line-writer.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { jsonOutput } from './json-output.ts'
import type { OutputFormat } from './output-format.ts'
import type { RunOutput } from './run-output.ts'
import { textOutput } from './text-output.ts'

type TextOutput = ReturnType<typeof textOutput>

/** How a run is shown: to a program that reads it, or to a person. */
export type OpenedOutput =
  | { readonly output: RunOutput; readonly text?: undefined }
  | { readonly output: TextOutput; readonly text: TextOutput }

/** Opens the output for a format. What only other programs' words need is loaded for those alone. */
export async function openOutput(
  terminal: Terminal,
  format: OutputFormat,
  run: { readonly facts: RunFacts; readonly clock: Clock; readonly told: Parameters<typeof textOutput>[2] },
): Promise<OpenedOutput> {
  if (format === 'json') return { output: jsonOutput(terminal) }
  if (format === 'text') {
    const text = textOutput(terminal, run.clock, run.told)
    return { output: text, text }
  }
  const { linesOutput } = await import('../output-formats/lines-output.ts')
  return { output: linesOutput(terminal, format, run.facts) }
}

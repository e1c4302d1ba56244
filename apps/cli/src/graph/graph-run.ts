import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { driveGraph } from './drive-graph.ts'
import type { GraphRunFlags } from './graph-flags.ts'
import { parseParameters } from './parse-parameters.ts'

/** Runs a graph from its file, in a new thread or in the one that was named. */
export function graphRun(
  line: CommandLine,
  flags: GraphRunFlags,
  file = '',
  ...words: readonly string[]
): Promise<ExitName> {
  const { workingDirectory, newName } = line.host
  return driveGraph(line, {
    file,
    flags,
    thread: () => Promise.resolve(flags.thread ?? newName()),
    parameters: ({ template }) => parseParameters(words, workingDirectory, template.parameters),
  })
}

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { findThread } from '../store.ts'
import { driveGraph } from './drive-graph.ts'
import type { GraphRunFlags } from './graph-flags.ts'

/** Goes on with a graph's thread: after a kill, an answer, a failure that was mended, a time that has come. */
export function graphResume(
  line: CommandLine,
  flags: GraphRunFlags,
  file: string,
  name: string,
): Promise<ExitName> {
  return driveGraph(line, { file, flags, thread: (store) => findThread(store, name) })
}

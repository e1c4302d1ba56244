import type { A2aServeFlags } from '../a2a/a2a-flags.ts'
import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'

/** Serves an agent to other agents with `--a2a`, and threads to people and programs without it. */
export async function serve(line: CommandLine, flags: A2aServeFlags): Promise<ExitName> {
  if (flags.a2a) return (await import('../a2a/serve.ts')).serve(line, flags)
  return (await import('./serve-threads.ts')).serveThreads(line, flags)
}

import { resolve } from 'node:path'

import { graphMermaid, graphState } from '@keepup/graph'
import { buildTemplate, loadTemplate, templateLabel } from '@keepup/graph/templates'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import type { StoreFlags } from '../routes/thread-routes.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import { findThread, openExistingStore, placeOf } from '../store.ts'

/** Prints a graph as a flowchart of Mermaid; with --thread, with the state of that run painted in; with --json, that state. */
export async function graphShow(
  { host, terminal }: CommandLine,
  flags: StoreFlags & { readonly thread?: string },
  file: string,
): Promise<ExitName> {
  const loaded = await loadTemplate(resolve(host.workingDirectory, file))
  const { graph, output } = buildTemplate(loaded)
  const label = templateLabel(loaded)
  if (flags.thread === undefined) {
    const { template } = loaded
    await terminal.out.write(flags.json ? `${JSON.stringify(template)}\n` : graphMermaid(graph, { label }))
    return 'completed'
  }
  const here = host.workingDirectory
  const { settings } = resolveSettings({
    flags: flagTexts(flags),
    environment: host.environment,
    here,
    folder: here,
  })
  await using store = await openExistingStore(placeOf(settings, host.environment))
  const thread = await findThread(store, flags.thread)
  const state = await graphState({ graph, checkpointer: store.checkpointer, thread })
  const { status, step, outcome = null, tasks, waits, values } = state
  await terminal.out.write(
    flags.json
      ? `${JSON.stringify({ thread, status, step, outcome, tasks, waits, values, output: outcome?.type === 'completed' ? output(values) : null })}\n`
      : graphMermaid(graph, { state, label }),
  )
  return 'completed'
}

import { resolve } from 'node:path'

import type { JsonObject, ThreadId } from '@keepup/core'
import { graphState, resumeGraph, runGraph } from '@keepup/graph'
import {
  buildTemplate,
  type LoadedTemplate,
  loadTemplate,
  missingParts,
  problemLine,
  type TemplateGraph,
  type TemplateParts,
} from '@keepup/graph/templates'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { followUp } from '../follow-up.ts'
import { chooseModel } from '../model/choose-model.ts'
import { refuseRole } from '../roles/refuse-role.ts'
import { watchStops } from '../running/stop-watch.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import { shellWords } from '../shell-words.ts'
import { openStore, placeOf, type Store } from '../store.ts'
import { safeText } from '../terminal/safe-text.ts'
import { workingFolder } from '../working-folder.ts'
import { endingLines, endingRecord, type GraphEnding, graphExit, outputText } from './graph-ending.ts'
import type { GraphRunFlags } from './graph-flags.ts'
import { graphLine } from './graph-lines.ts'
import { openAgents } from './open-agents.ts'
import { templateFunctions } from './template-functions.ts'

/** What is to be done with a graph. */
export interface GraphOrder {
  readonly file: string
  readonly flags: GraphRunFlags
  /** The thread to begin, or to go on with. */
  thread(store: Store): Promise<ThreadId>
  /** The parameters of a new run; left out to go on with one. */
  readonly parameters?: (loaded: LoadedTemplate) => JsonObject
}

/** Runs a graph from its file, or goes on with it, shows what happens, and says how the program exits. */
export async function driveGraph(line: CommandLine, order: GraphOrder): Promise<ExitName> {
  const { host, terminal } = line
  const { environment, workingDirectory: here } = host
  const { flags, file } = order
  const folder = workingFolder(host, flags.cwd)
  const { settings } = resolveSettings({ flags: flagTexts(flags), environment, here, folder })
  refuseRole(settings, 'a graph')
  const note = (text: string): void => void terminal.notes.write(safeText(`note: ${text}\n`))
  const loaded = await loadTemplate(resolve(here, file))
  for (const warning of loaded.warnings) note(problemLine(warning))
  const functions = await templateFunctions({
    file: flags.functions,
    folder: here,
    requests: flags.allowRequests,
  })
  const missing = missingParts(loaded, functions === undefined ? {} : { functions })
  if (missing.functions.length > 0) {
    note(
      `nodes that need ${missing.functions.join(', ')} will fail: give these functions with --functions FILE`,
    )
  }
  // What was typed is checked before anything is made.
  const input = order.parameters && buildTemplate(loaded).input(order.parameters(loaded))
  await using store = await openStore(placeOf(settings, environment))
  const thread = await order.thread(store)
  const model = (reference = settings.model) => chooseModel(reference, host, note)
  const needsAgents = missing.agents.length > 0 || missing.tools.length > 0
  await using agents = needsAgents
    ? await openAgents(line, { store, settings, folder, model, note })
    : undefined
  const { agent, runTool } = agents ?? {}
  const parts: TemplateParts = {
    model,
    ...(functions === undefined ? {} : { functions }),
    ...(agent === undefined ? {} : { agent }),
    ...(runTool === undefined ? {} : { runTool }),
  }
  const built = buildTemplate(loaded, parts)
  using stops = watchStops(host, terminal.out.closed, note)
  await showRun(line, built.graph, store, { ...order.flags, input }, thread, stops.signal)
  return await tellEnd(line, built, store, order, thread, stops.exit)
}

async function showRun(
  { terminal, host: { clock } }: CommandLine,
  graph: TemplateGraph['graph'],
  { checkpointer }: Store,
  {
    json,
    stay,
    input,
  }: Pick<GraphRunFlags, 'json' | 'stay'> & {
    readonly input: ReturnType<TemplateGraph['input']> | undefined
  },
  thread: ThreadId,
  signal: AbortSignal,
): Promise<void> {
  const waiting = stay ? 'stay' : 'return'
  const common = { graph, checkpointer, thread, clock, signal, waiting } as const
  const events = input === undefined ? resumeGraph(common) : runGraph({ ...common, input })
  for await (const event of events) {
    if (json) {
      await terminal.out.write(`${JSON.stringify(event)}\n`)
      continue
    }
    const text = graphLine(event, terminal.notesStyle)
    if (text !== undefined && (terminal.interactive || event.type !== 'node-began'))
      await terminal.notes.write(`${text}\n`)
  }
}

async function tellEnd(
  { terminal, host }: CommandLine,
  { graph, output }: TemplateGraph,
  { checkpointer }: Store,
  { flags, file }: GraphOrder,
  thread: ThreadId,
  asked: ExitName | undefined,
): Promise<ExitName> {
  const state = await graphState({ graph, checkpointer, thread })
  const texts = flagTexts(flags)
  const { command } = host.self
  const extra = flags.functions === undefined ? [] : ['--functions', flags.functions]
  const next = followUp(command, thread, texts, flags.cwd)
  const ending: GraphEnding = {
    state,
    thread,
    // Before its end, what the output is made of may not be there.
    output: state.outcome?.type === 'completed' ? output(state.values) : null,
    resume: next
      .resume()
      .replace(`${command} resume `, `${command} graph resume ${shellWords([file, ...extra])} `),
    signal: (rest) => next.about('signal', rest),
  }
  if (flags.json) await terminal.out.write(`${JSON.stringify(endingRecord(ending))}\n`)
  else if (state.status === 'finished' && state.outcome?.type === 'completed')
    await terminal.out.write(outputText(ending.output))
  await terminal.notes.write(endingLines(ending, terminal.notesStyle))
  return state.outcome?.type === 'interrupted' && asked !== undefined ? asked : graphExit(state)
}

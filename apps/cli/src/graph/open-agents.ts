import {
  type Clock,
  type Guard,
  KeepupError,
  lostLabel,
  type Model,
  type RunAgent,
  type RunTool,
  type Tool,
} from '@keepup/core'
import type { AgentConfiguration } from '@keepup/graph/templates'
import { createRuntime } from '@keepup/runtime'
import { systemProcessTable } from '@keepup/toolkit'
import { createToolCoordinator } from '@keepup/tools'

import type { CommandLine } from '../command-line.ts'
import { runContextPolicy } from '../context/run-context-policy.ts'
import { withWindow } from '../context/with-window.ts'
import { withoutPast } from '../defence/without-past.ts'
import { limitsOf } from '../running/limits-of.ts'
import { observed } from '../running/observed.ts'
import { openRunParts } from '../running/open-run-parts.ts'
import type { Settings } from '../settings/setting.ts'
import type { Store } from '../store.ts'
import { systemPrompt } from '../system-prompt.ts'

/** What the agents and tools of a graph are opened with. */
export interface AgentPlace {
  readonly store: Store
  readonly settings: Settings
  readonly folder: string
  /** The model of a name, or the one of the run. */
  readonly model: (reference: string | undefined) => Promise<Model>
  readonly note: (text: string) => void
}

/** What runs agents and calls tools, opened. */
export interface OpenedAgents extends AsyncDisposable {
  readonly agent: (configuration: AgentConfiguration) => RunAgent
  readonly runTool: RunTool
}

/** Opens tools, rules, hooks and the sandbox as for `keepup run`, for the agents and tools of a graph. */
export async function openAgents({ host }: CommandLine, place: AgentPlace): Promise<OpenedAgents> {
  const { store, settings, folder, note } = place
  const { environment, clock } = host
  await using opening = new AsyncDisposableStack()
  const model = await place.model(undefined)
  const answerable = settings.unattended === 'wait'
  const opened = opening.use(
    await openRunParts({ model, settings, folder, environment, clock, answerable, note }),
  )
  const { tools, permissions, guards, hooks, files, observe, guidance } = opened
  const common = {
    checkpointer: store.checkpointer,
    artifacts: store.artifacts,
    workspace: folder,
    modePolicy: permissions,
    mode: settings.mode,
    ...(hooks === undefined ? {} : { hooks }),
  }
  const stack = opening.move()
  return {
    agent: (configuration) =>
      runLater(async () => {
        const used = withWindow(await place.model(configuration.model), settings)
        return observed(
          createRuntime({
            ...common,
            guards,
            limits: limitsOf(settings),
            processes: systemProcessTable(),
            contextPolicy: runContextPolicy(used),
            ...(files === undefined ? {} : { files }),
            ...(guidance === undefined ? {} : { guidance }),
            model: used,
            tools: allowedTools(tools, configuration),
            system: configuration.system ?? systemPrompt(folder),
          }),
          observe,
        ).run
      }),
    runTool: toolRunner(tools, { ...common, guards, clock: host.clock }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

/** An agent whose model is found when it is first run. */
function runLater(open: () => Promise<RunAgent>): RunAgent {
  let opened: Promise<RunAgent> | undefined
  return async function* run(request) {
    opened ??= open()
    yield* (await opened)(request)
  }
}

/** The tools that an agent may use. Fails `configuration-invalid` where it names one that is not there. */
function allowedTools(
  tools: readonly Tool[],
  { name, tools: patterns }: AgentConfiguration,
): readonly Tool[] {
  if (patterns === undefined) return tools
  const unknown = patterns.find((pattern) => !tools.some((tool) => matches(pattern, tool)))
  if (unknown !== undefined) {
    throw new KeepupError(
      'configuration-invalid',
      `the agent ${name} names the tool ${unknown}, which is not there`,
      {
        details: {
          fix: `name some of ${tools.map((tool) => tool.name).join(', ')}, or open more with --tools`,
        },
      },
    )
  }
  return tools.filter((tool) => patterns.some((pattern) => matches(pattern, tool)))
}

function matches(pattern: string, { name }: Tool): boolean {
  return new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(name)
}

/** Runs calls of tools for nodes. Where a person would have to be asked, the call is denied: a wait node asks better. */
function toolRunner(
  tools: readonly Tool[],
  parts: Omit<Parameters<typeof createToolCoordinator>[0], 'registry'> & {
    readonly mode: Settings['mode']
    readonly clock: Clock
    readonly guards: readonly Guard[]
  },
): RunTool {
  const coordinator = createToolCoordinator({ ...parts, registry: tools })
  const policies = parts.guards.map(withoutPast)
  return async ({ name, input, key }, signal) => {
    const call = { thread: 'graph', id: key, key, name, input }
    // Nobody knows here what the values of a graph are made of.
    const situation = { mode: parts.mode, exposure: lostLabel, signal, policies }
    const prepared = await coordinator.prepare(call, situation)
    if (prepared.type === 'refused') return prepared
    if (prepared.type === 'ask') {
      const reason = `a person would have to be asked: ${prepared.question}. Allow it by a rule, or by --mode`
      return { outcome: { type: 'denied', reason }, labels: { default: lostLabel } }
    }
    return prepared.run({
      call,
      signal,
      clock: parts.clock,
      idempotencyKey: key,
      progress: () => {},
      processStarted: () => Promise.resolve(),
    })
  }
}

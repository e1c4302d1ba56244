import type { Guard, Policy, Tool } from '@keepup/core'
import { agentToolName, clientRunSettings, runAgentTool, type ServeParts } from '@keepup/mcp/serve'
import { createRuntime } from '@keepup/runtime'
import { systemProcessTable } from '@keepup/toolkit'
import { createToolCoordinator } from '@keepup/tools'

import type { CommandLine } from '../command-line.ts'
import { runContextPolicy } from '../context/run-context-policy.ts'
import { chooseModel } from '../model/choose-model.ts'
import { refuseRole } from '../roles/refuse-role.ts'
import { limitsOf } from '../running/limits-of.ts'
import { observed } from '../running/observed.ts'
import { openRunParts, type RunParts } from '../running/open-run-parts.ts'
import { servedRun } from '../running/served-run.ts'
import type { Settings } from '../settings/setting.ts'
import type { Store } from '../store.ts'
import { version } from '../version.ts'
import type { ServeFlags } from './serve-flags.ts'

/** What is served, and from where. */
export interface ServeOrder {
  readonly store: Store
  readonly settings: Settings
  readonly folder: string
  readonly flags: ServeFlags
  readonly note: (text: string) => void
}

/** What is served. Disposing of it ends what the tools started. */
export type OpenedService = AsyncDisposable & { readonly parts: ServeParts }

/** Opens what `keepup run` opens; a model only where an agent is offered. */
export async function openService(line: CommandLine, order: ServeOrder): Promise<OpenedService> {
  const { store, settings, folder, flags, note } = order
  const { environment, clock } = line.host
  if (!flags.agent) refuseRole(settings, 'tools that are served')
  await using opening = new AsyncDisposableStack()
  const model = flags.agent ? await chooseModel(settings.model, line.host, note) : undefined
  const named = { id: model?.id ?? 'mcp/client' }
  const place = { model: named, settings, folder, environment, clock, note }
  const opened = opening.use(await openRunParts({ ...place, answerable: false, servers: flags.servers }))
  const agent = { ...opened, store, settings, folder, note }
  const tools: readonly Tool[] = [
    // A list of what is to do is an agent's own.
    ...opened.tools.filter(({ name }) => name !== 'todo'),
    ...(model === undefined ? [] : [agentTool(servedRun(line, { ...agent, model }).run, settings)]),
  ]
  const parts = serveParts(order, { ...opened, tools, permissions: allowingAgent(opened.permissions) })
  const stack = opening.move()
  return { parts, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

function agentTool(run: Parameters<typeof runAgentTool>[0], settings: Settings): Tool {
  return runAgentTool(run, { limits: limitsOf(settings), mode: settings.mode })
}

/** Whoever serves an agent has allowed to run it; what it does is decided call by call. */
function allowingAgent(policy: Policy): Policy {
  return (call) => {
    const decision = policy(call)
    return decision.type === 'ask' && call.tool.name === agentToolName ? { type: 'allow' } : decision
  }
}

function agentAllowed(guard: Guard): Guard {
  return { ...guard, decide: (state, call) => allowingAgent((asked) => guard.decide(state, asked))(call) }
}

function serveParts(
  { store, settings, folder, note }: ServeOrder,
  { tools, hooks, permissions, files, guards, observe }: Omit<RunParts, 'confinement'>,
): ServeParts {
  const { checkpointer, artifacts } = store
  const guarded = { ...(hooks === undefined ? {} : { hooks }), artifacts }
  const coordinator = createToolCoordinator({ ...guarded, registry: tools, modePolicy: permissions })
  const instructions = `Tools of keepup, for files and commands in ${folder}. Each call is decided by the rules there, and recorded in the thread that its answer names.`
  return {
    server: { name: 'keepup', version, instructions },
    coordinator,
    tools,
    artifacts,
    note,
    agent: (model) =>
      observed(
        createRuntime({
          ...clientRunSettings,
          ...guarded,
          guards: guards.map(agentAllowed),
          model,
          checkpointer,
          tools: coordinator,
          mode: settings.mode,
          workspace: folder,
          processes: systemProcessTable(),
          contextPolicy: runContextPolicy(model),
          ...(files === undefined ? {} : { files }),
        }),
        observe,
      ).run,
  }
}

import type { Hooks, Policy, Tool } from '@keepup/core'
import { agentToolName, clientRunSettings, runAgentTool, type ServeParts } from '@keepup/mcp/serve'
import { createRuntime } from '@keepup/runtime'
import { systemProcessTable } from '@keepup/toolkit'
import { createToolCoordinator } from '@keepup/tools'

import type { CommandLine } from '../command-line.ts'
import { runGuards } from '../defence/run-guards.ts'
import { openHooks } from '../hooks/open-hooks.ts'
import { chooseModel } from '../model/choose-model.ts'
import { openPermissions } from '../permissions/open-permissions.ts'
import { refuseRole } from '../roles/refuse-role.ts'
import { startAgent } from '../running/agent-parts.ts'
import { openConfinement } from '../running/open-confinement.ts'
import { openTools } from '../running/open-tools.ts'
import { projectFiles } from '../running/project-files.ts'
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

/** Opens tools, rules, hooks and the sandbox as for `keepup run`; a model only where an agent is offered. */
export async function openService({ host }: CommandLine, order: ServeOrder): Promise<OpenedService> {
  const { store, settings, folder, flags, note } = order
  const { environment } = host
  refuseRole(settings, 'what is served')
  await using opening = new AsyncDisposableStack()
  const model = flags.agent ? await chooseModel(settings.model, host, note) : undefined
  const permissions = openPermissions(folder, environment)
  const confinement = await openConfinement(settings, folder, environment)
  if (confinement !== undefined) opening.use(confinement)
  const named = { id: model?.id ?? 'mcp/client' }
  const hooks = await openHooks({ settings, folder, environment, model: named.id, note, tell: note })
  if (hooks !== undefined) opening.use(hooks)
  const files = projectFiles(settings, folder, environment)
  const opened = opening.use(
    await openTools({
      model: named,
      settings,
      folder,
      environment,
      answerable: false,
      servers: flags.servers,
      note,
      confinement,
    }),
  )
  const guards = await runGuards(settings, { folder, environment, confinement })
  const agent = { store, folder, settings, permissions, guards, tools: opened.tools, hooks, files }
  const tools: readonly Tool[] = [
    // A list of what is to do is an agent's own.
    ...opened.tools.filter(({ name }) => name !== 'todo'),
    ...(model === undefined ? [] : [agentTool(startAgent({ ...agent, model }).run, settings)]),
  ]
  const parts = serveParts(order, { tools, hooks, permissions: allowingAgent(permissions), files })
  const stack = opening.move()
  return { parts, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

function agentTool(run: Parameters<typeof runAgentTool>[0], settings: Settings): Tool {
  const { mode, turns, money, time, tokens } = settings
  const limits = {
    turns,
    ...(money === undefined ? {} : { money }),
    ...(time === undefined ? {} : { time }),
    ...(tokens === undefined ? {} : { tokens }),
  }
  return runAgentTool(run, { limits, mode })
}

/** Whoever serves an agent has allowed to run it; what it does is decided call by call. */
function allowingAgent(permissions: Policy): Policy {
  return (call) => {
    const decision = permissions(call)
    return decision.type === 'ask' && call.tool.name === agentToolName ? { type: 'allow' } : decision
  }
}

function serveParts(
  { store, settings, folder, note }: ServeOrder,
  {
    tools,
    hooks,
    permissions,
    files,
  }: {
    readonly tools: readonly Tool[]
    readonly hooks: Hooks | undefined
    readonly permissions: Policy
    readonly files: ReturnType<typeof projectFiles>
  },
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
      createRuntime({
        ...clientRunSettings,
        ...guarded,
        model,
        checkpointer,
        tools: coordinator,
        mode: settings.mode,
        workspace: folder,
        processes: systemProcessTable(),
        ...(files === undefined ? {} : { files }),
      }).run,
  }
}

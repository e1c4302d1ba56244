import { pathToFileURL } from 'node:url'

import { type FetchMiddleware, KeepupError } from '@keepup/core'
import { createMcpHub, type HubParts, type McpHub, type ServerDefinition } from '@keepup/mcp'
import type { ToolReviewer } from '@keepup/mcp-security/hygiene'
import {
  type ConfiguredServer,
  loadConfiguration,
  type McpConfiguration,
  serverApprovals,
  watchConfiguration,
} from '@keepup/mcp/configuration'

import type { Environment } from '../host.ts'
import { version } from '../version.ts'
import { fileHubStore } from './hub-store.ts'
import { configurationOptions } from './load-servers.ts'
import { mcpFolders } from './mcp-folders.ts'
import { type HttpServer, mayLogIn, oauthFor } from './oauth-for.ts'
import { keepServerLog } from './server-log-file.ts'

/** The servers of a folder. Disposing of them ends those that were started, and keeps what they wrote last. */
export interface OpenedServers extends AsyncDisposable {
  readonly hub: McpHub
  /** As it is now. */
  readonly configuration: McpConfiguration
  /** Judges what the servers list. */
  reviewer(): Promise<ToolReviewer>
}

/** How servers are opened. */
export interface OpenOptions {
  readonly follow?: boolean
  /** Who answers what servers ask; they are offered nothing of it when left out. */
  readonly answers?: Pick<HubParts, 'elicit' | 'sample'> | undefined
  /** Servers beside the configured ones; of two of one name these are used. */
  readonly given?: readonly ServerDefinition[]
}

/** Opens the servers that are configured for a folder; none is started before it is asked for. With `follow`, changes of the configuration reach them. */
export async function openServers(
  folder: string,
  environment: Environment,
  { follow = false, answers: { elicit, sample } = {}, given = [] }: OpenOptions = {},
): Promise<OpenedServers> {
  const options = configurationOptions(folder, environment)
  const watched = follow
    ? await watchConfiguration(options, { changed: (next) => hub.update(definitionsOf(next, given)) })
    : undefined
  const loaded = watched?.current ?? (await loadConfiguration(options))
  const current = (): McpConfiguration => watched?.current ?? loaded
  const { offers, logs, pins, approvals: approvalFolder } = mcpFolders(environment)
  const reviewer = openReviewer(pins)
  const approvals = serverApprovals(approvalFolder)
  const hub = createMcpHub({
    definitions: definitionsOf(loaded, given),
    client: { name: 'keepup', version },
    folder,
    environment,
    // Of what exactly was approved, the configuration knows more than the hub.
    approved: (_digest, { name }) => {
      const server = current().servers.find(({ written }) => written.name === name)
      return server?.digest !== undefined && approvals.has(server.digest)
    },
    authorise: (definition) => authorise(definition, environment),
    review: async (listing) => (await reviewer()).review(listing),
    refuseResource: async (uri, declared) =>
      (await import('@keepup/mcp-security/hygiene')).resourceFault(uri, declared),
    store: fileHubStore(offers),
    ...(elicit === undefined ? {} : { elicit }),
    ...(sample === undefined ? {} : { sample }),
    roots: () => [{ uri: pathToFileURL(folder).href }],
  })
  return {
    hub,
    reviewer,
    get configuration() {
      return current()
    },
    async [Symbol.asyncDispose]() {
      await watched?.[Symbol.asyncDispose]()
      await hub[Symbol.asyncDispose]()
      for (const { name } of hub.servers()) keepServerLog(logs, name, hub.log(name))
    },
  }
}

/** Loads what judges the tools of servers with the first of them. */
function openReviewer(folder: string): () => Promise<ToolReviewer> {
  let opening: Promise<ToolReviewer> | undefined
  return () =>
    (opening ??= import('@keepup/mcp-security/hygiene').then(({ filePins, toolReviewer }) =>
      toolReviewer({ pins: filePins(folder) }),
    ))
}

function definitionsOf(
  { servers }: McpConfiguration,
  given: readonly ServerDefinition[],
): readonly ServerDefinition[] {
  const taken = new Set(given.map(({ name }) => name))
  const configured = servers.flatMap(({ definition }) => definition ?? [])
  return [...configured.filter(({ name }) => !taken.has(name)), ...given]
}

/** Whether a project's server waits for a person. */
export function needsApproval({ digest }: ConfiguredServer, environment: Environment): boolean {
  return digest !== undefined && !serverApprovals(mcpFolders(environment).approvals).has(digest)
}

/** Loads OAuth with the first request to a server that may want it. */
function authorise(definition: HttpServer, environment: Environment): FetchMiddleware | undefined {
  if (!mayLogIn(definition)) return undefined
  let opening: Promise<FetchMiddleware> | undefined
  return (next) => async (input, init) => {
    opening ??= oauthFor(definition, environment).then(({ middleware }) => middleware)
    try {
      return await (await opening)(next)(input, init)
    } catch (error) {
      if (!KeepupError.is(error, 'authorisation-required')) throw error
      throw new KeepupError('authorisation-required', error.message, {
        cause: error,
        details: { ...error.details, fix: `log in with: keepup mcp login ${definition.name}` },
      })
    }
  }
}

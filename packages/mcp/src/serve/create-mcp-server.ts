import type { ArtifactHash, JsonValue } from '@keepup/core'
import { KeepupError } from '@keepup/core'
import {
  McpServer,
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  type ServerContext,
} from '@modelcontextprotocol/server'

import {
  type ArtifactPage,
  artifactTemplate,
  artifactUri,
  isText,
  parseArtifactUri,
  readPage,
} from './artifact-pages.ts'
import { callResult } from './call-result.ts'
import type { ClientSession } from './client-session.ts'
import type { ServeParts } from './serve-parts.ts'
import { toolAnnotations } from './tool-annotations.ts'

/** What the SDK connects to a transport: the tools of the coordinator, and the artifacts that the session's calls named. `session` is opened with the first call. */
export function createMcpServer(parts: ServeParts, session: () => ClientSession): McpServer {
  const { name, version, instructions } = parts.server
  const mcp = new McpServer(
    { name, version },
    {
      capabilities: { tools: { listChanged: false }, resources: { listChanged: false } },
      ...(instructions === undefined ? {} : { instructions }),
    },
  )
  const { server } = mcp
  server.setRequestHandler('tools/list', () => ({ tools: [...listTools(parts)] }))
  server.setRequestHandler('tools/call', async ({ params }, context) => {
    refuseUnknown(parts, params.name)
    // Arguments came as JSON.
    const input = (params.arguments ?? {}) as JsonValue
    const watch = { signal: context.mcpReq.signal, progress: progressTo(context) }
    const report = await told(() => session().call(params.name, input, watch))
    return server.projectCallToolResult(await callResult(report, parts.artifacts), undefined)
  })
  server.setRequestHandler('resources/list', () => listArtifacts(parts, session().artifacts))
  server.setRequestHandler('resources/templates/list', () => ({
    resourceTemplates: [
      {
        uriTemplate: artifactTemplate,
        name: 'artifact',
        description: 'The whole of an output that was cut, page by page.',
      },
    ],
  }))
  server.setRequestHandler('resources/read', ({ params }) =>
    readArtifact(parts, session().artifacts, params.uri),
  )
  return mcp
}

const dialect = 'https://json-schema.org/draft/2020-12/schema'

function listTools({ coordinator, tools }: ServeParts) {
  return coordinator.definitions().map(({ name, description, input }) => {
    const tool = tools.find((each) => each.name === name)
    return {
      name,
      description,
      // The coordinator gives object schemas of that dialect alone, and does not say so.
      inputSchema: { $schema: dialect, ...input, type: 'object' as const },
      ...(tool === undefined ? {} : { annotations: { ...toolAnnotations(tool, input) } }),
    }
  })
}

/** The protocol wants an error for a tool that does not exist, not an outcome. */
function refuseUnknown({ coordinator }: ServeParts, name: string): void {
  const names = coordinator.definitions().map((definition) => definition.name)
  if (names.includes(name)) return
  const message = `There is no tool "${name.slice(0, 100)}". These are there: ${names.slice(0, 50).join(', ')}.`
  throw new ProtocolError(ProtocolErrorCode.InvalidParams, message)
}

function progressTo({ mcpReq }: ServerContext): (text: string) => void {
  // eslint-disable-next-line no-underscore-dangle -- the name is the protocol's
  const progressToken = mcpReq._meta?.progressToken
  let progress = 0
  return (message) => {
    if (progressToken === undefined) return
    progress += 1
    // Whoever is not there any more misses nothing that was promised.
    mcpReq
      .notify({ method: 'notifications/progress', params: { progressToken, progress, message } })
      .catch(() => {})
  }
}

/** Errors of ours name a code; the protocol has numbers. */
async function told<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!KeepupError.is(error)) throw error
    throw new ProtocolError(ProtocolErrorCode.InternalError, error.message, { code: error.code })
  }
}

async function listArtifacts({ artifacts }: ServeParts, known: ReadonlySet<ArtifactHash>) {
  const found =
    artifacts === undefined ? [] : await Promise.all([...known].map((hash) => artifacts.describe(hash)))
  const resources = found.flatMap((info) =>
    info === undefined
      ? []
      : [
          {
            uri: artifactUri(info.hash),
            name: `output ${info.hash.slice(0, 8)}`,
            mimeType: info.mediaType,
            size: info.size,
          },
        ],
  )
  return { resources }
}

/** A client reads what its own calls named. Anything else is as if it were not there. */
async function readArtifact({ artifacts }: ServeParts, known: ReadonlySet<ArtifactHash>, uri: string) {
  const wanted = parseArtifactUri(uri)
  const info =
    wanted !== undefined && known.has(wanted.hash) ? await artifacts?.describe(wanted.hash) : undefined
  if (wanted === undefined || info === undefined || artifacts === undefined || wanted.from > info.size) {
    throw new ResourceNotFoundError(uri)
  }
  const page = await readPage(artifacts, info, wanted.from)
  return { contents: [{ uri, mimeType: page.mediaType, ...bodyOf(page), ...nextOf(page, wanted) }] }
}

function bodyOf({ mediaType, bytes }: ArtifactPage): { text: string } | { blob: string } {
  return isText(mediaType) ? { text: bytes.toString('utf8') } : { blob: bytes.toString('base64') }
}

function nextOf({ size, next }: ArtifactPage, { hash }: { readonly hash: ArtifactHash }) {
  return {
    _meta: { 'keepup/size': size, ...(next === undefined ? {} : { 'keepup/next': artifactUri(hash, next) }) },
  }
}

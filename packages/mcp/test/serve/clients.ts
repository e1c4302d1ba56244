import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport as OlderStdio } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport as OlderHttp } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { onTestFinished } from 'vitest'

/** How a server is reached. */
export type Way = { readonly url: string } | { readonly command: string; readonly args: string[] }

/** What all clients can do alike. */
export interface AnyClient {
  tools(): Promise<readonly { readonly name: string; readonly annotations?: unknown }[]>
  call(
    name: string,
    input?: Record<string, unknown>,
    options?: { readonly signal?: AbortSignal; readonly progress?: (text: string) => void },
  ): Promise<Answer>
  read(uri: string): Promise<{ readonly text: string; readonly next?: string }>
  close(): Promise<void>
}

/** The answer to a call. */
export interface Answer {
  readonly isError?: boolean | undefined
  readonly content: readonly Readonly<Record<string, unknown>>[]
  readonly structuredContent?: unknown
  readonly meta: Readonly<Record<string, unknown>>
}

/** The clients that servers meet: the SDK of now in both of its eras, and the SDK before the split. */
export const kinds = ['2026-07-28', '2025-11-25', 'the older SDK'] as const

/** Connects a client, which ends with the test. */
export async function connect(kind: (typeof kinds)[number], way: Way): Promise<AnyClient> {
  const client = kind === 'the older SDK' ? await older(way) : await current(kind, way)
  onTestFinished(() => client.close())
  return client
}

async function current(kind: string, way: Way): Promise<AnyClient> {
  const mode = kind === '2026-07-28' ? 'auto' : 'legacy'
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } })
  await client.connect(
    'url' in way ? new StreamableHTTPClientTransport(new URL(way.url)) : new StdioClientTransport(way),
  )
  if (client.getNegotiatedProtocolVersion() !== kind)
    throw new Error(`it speaks ${client.getNegotiatedProtocolVersion()}`)
  return common(client)
}

async function older(way: Way): Promise<AnyClient> {
  const client = new OlderClient({ name: 'test', version: '1' })
  const transport = 'url' in way ? new OlderHttp(new URL(way.url)) : new OlderStdio(way)
  await client.connect(transport)
  return common({
    listTools: () => client.listTools(),
    callTool: (params, options) => client.callTool(params, undefined, options),
    readResource: (params) => client.readResource(params),
    close: () => client.close(),
  })
}

interface Callable {
  listTools(): Promise<{
    readonly tools: readonly { readonly name: string; readonly annotations?: unknown }[]
  }>
  callTool(
    params: { name: string; arguments: Record<string, unknown> },
    options: { signal?: AbortSignal; onprogress?: (progress: { message?: string | undefined }) => void },
  ): Promise<object>
  readResource(params: { uri: string }): Promise<{ readonly contents: readonly object[] }>
  close(): Promise<void>
}

function common(client: Callable): AnyClient {
  return {
    tools: async () => (await client.listTools()).tools,
    async call(name, input = {}, { signal, progress } = {}) {
      const options = {
        ...(signal === undefined ? {} : { signal }),
        ...(progress === undefined
          ? {}
          : { onprogress: ({ message }: { message?: string | undefined }) => progress(message ?? '') }),
      }
      const { _meta: meta, ...answer } = (await client.callTool(
        { name, arguments: input },
        options,
      )) as Answer & {
        _meta: Answer['meta']
      }
      return { ...answer, meta }
    },
    async read(uri) {
      const { contents } = await client.readResource({ uri })
      const [{ text, _meta: meta } = { text: '', _meta: {} }] = contents as {
        text: string
        _meta: Record<string, string>
      }[]
      const next = meta['keepup/next']
      return { text, ...(next === undefined ? {} : { next }) }
    },
    close: () => client.close(),
  }
}

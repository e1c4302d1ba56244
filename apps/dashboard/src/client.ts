import { ApiError } from './api-error.ts'
import type {
  Approval,
  Checkpoint,
  Diff,
  EntryPage,
  KeptFiles,
  Place,
  ThreadState,
  ThreadSummary,
} from './api-types.ts'
import type {
  Comparison,
  Explained,
  Flow,
  Graph,
  Mailbox,
  MailboxReport,
  McpServers,
  MemoryItem,
  Procedure,
  Replayed,
  Review,
  Span,
  TraceSummary,
} from './view-types.ts'

/** What the server can be asked for. Every method fails with an {@link ApiError}, or as `fetch` does where nobody answers. */
export interface Client {
  signIn(token: string): Promise<void>
  threads(): Promise<readonly ThreadSummary[]>
  state(thread: string, at?: number): Promise<ThreadState>
  entries(thread: string, after: number): Promise<EntryPage>
  checkpoints(thread: string): Promise<readonly Checkpoint[]>
  diff(before: Place, after: Place): Promise<Diff>
  files(thread: string, at: number): Promise<KeptFiles>
  family(thread: string): Promise<readonly string[]>
  fork(thread: string, at: number, to: string, message?: string): Promise<Place>
  rewind(thread: string, to: number): Promise<{ readonly asked: boolean }>
  tag(thread: string, tag: string, at: number): Promise<void>
  approvals(): Promise<readonly Approval[]>
  answer(approval: Approval, allow: boolean, message?: string): Promise<void>
  signal(thread: string, kind: 'message' | 'steer' | 'stop' | 'interrupt', text: string): Promise<void>
  run(thread: string, input?: string): Promise<void>
  procedure(thread: string): Promise<Procedure>
  graph(thread: string): Promise<Graph>
  flow(thread: string, call: string, argument: string): Promise<Flow>
  comparison(thread: string): Promise<Comparison>
  replay(thread: string): Promise<Replayed>
  scopes(): Promise<readonly { readonly scope: string; readonly head: number }[]>
  reviews(): Promise<readonly Review[]>
  memories(scope: string): Promise<readonly MemoryItem[]>
  explain(scope: string, item: string): Promise<Explained>
  /** Gives the entry that says so, for {@link Client.undo}. */
  decide(scope: string, item: string, decision: 'approve' | 'forget' | 'reject'): Promise<number>
  undo(scope: string, entry: number): Promise<void>
  servers(): Promise<McpServers>
  mailboxes(): Promise<readonly Mailbox[]>
  mailbox(address: string): Promise<MailboxReport>
  deadLetters(address: string, fate: 'discard' | 'redrive', ids?: readonly string[]): Promise<void>
  traces(): Promise<readonly TraceSummary[]>
  trace(trace: string): Promise<readonly Span[]>
  /** Opens a stream of server-sent events, from the one after `lastId`. */
  open(path: string, lastId: string | undefined, signal: AbortSignal): Promise<Response>
}

/** A client of the server whose pages these are; `base` where that is not so. */
export function createClient(send: typeof fetch, base = ''): Client {
  const ask = async <Answer>(path: string, body?: unknown): Promise<Answer> => {
    const posted = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
    const headers = body === undefined ? {} : { 'content-type': 'application/json' }
    const response = await send(`${base}/api${path}`, { ...posted, headers })
    if (!response.ok) throw await errorOf(response)
    // The server holds its answers to what its document promises, and these types are that.
    return (response.status === 204 ? undefined : await response.json()) as Answer
  }
  return {
    signIn: (token) => ask('/session', { token }),
    threads: async () => (await ask<{ threads: readonly ThreadSummary[] }>('/threads?limit=1000')).threads,
    state: (thread, at) => ask(`${of(thread)}${at === undefined ? '' : `?at=${at}`}`),
    entries: (thread, after) => ask(`${of(thread)}/entries?limit=1000&after=${after}`),
    checkpoints: async (thread) =>
      (await ask<{ checkpoints: readonly Checkpoint[] }>(`${of(thread)}/checkpoints?limit=1000`)).checkpoints,
    diff: (before, after) => ask('/diff', { before, after }),
    files: (thread, at) => ask(`${of(thread)}/files?at=${at}`),
    family: async (thread) => (await ask<{ threads: readonly string[] }>(`${of(thread)}/family`)).threads,
    fork: (thread, at, to, message) =>
      ask(`${of(thread)}/fork`, { at, to, ...(message === undefined ? {} : { message }) }),
    rewind: (thread, to) => ask(`${of(thread)}/rewind`, { to }),
    tag: async (thread, tag, at) => void (await ask(`${of(thread)}/tags`, { tag, at })),
    approvals: async () => (await ask<{ approvals: readonly Approval[] }>('/approvals')).approvals,
    answer: async ({ id, thread, digest }, allow, message) =>
      void (await ask(`/approvals/${encodeURIComponent(id)}`, {
        thread,
        digest,
        allow,
        ...(message === undefined ? {} : { message }),
      })),
    signal: async (thread, kind, text) => void (await ask(`${of(thread)}/signals`, { kind, text })),
    run: async (thread, input) =>
      void (await ask(`${of(thread)}/runs`, input === undefined ? {} : { input })),
    procedure: (thread) => ask(`${of(thread)}/procedure`),
    graph: (thread) => ask(`${of(thread)}/graph`),
    flow: (thread, call, argument) => ask(`${of(thread)}/flow?${query({ call, argument })}`),
    comparison: (thread) => ask(`${of(thread)}/comparison`),
    replay: (thread) => ask(`${of(thread)}/replay`, {}),
    ...memoryClient(ask),
    servers: () => ask('/mcp/servers'),
    mailboxes: async () => (await ask<{ mailboxes: readonly Mailbox[] }>('/mailboxes')).mailboxes,
    mailbox: (address) => ask(`/mailboxes/${encodeURIComponent(address)}`),
    deadLetters: async (address, fate, ids) =>
      void (await ask(`/mailboxes/${encodeURIComponent(address)}/dead`, {
        fate,
        ...(ids === undefined ? {} : { ids }),
      })),
    traces: async () => (await ask<{ traces: readonly TraceSummary[] }>('/traces')).traces,
    trace: async (trace) => (await ask<{ spans: readonly Span[] }>(`/traces/${trace}`)).spans,
    open: async (path, lastId, signal) => {
      const headers = lastId === undefined ? {} : { 'last-event-id': lastId }
      const response = await send(`${base}/api${path}`, { headers, signal })
      if (!response.ok) throw await errorOf(response)
      return response
    },
  }
}

type Ask = <Answer>(path: string, body?: unknown) => Promise<Answer>

function memoryClient(
  ask: Ask,
): Pick<Client, 'decide' | 'explain' | 'memories' | 'reviews' | 'scopes' | 'undo'> {
  return {
    scopes: async () =>
      (await ask<{ scopes: Awaited<ReturnType<Client['scopes']>> }>('/memory/scopes')).scopes,
    reviews: async () => (await ask<{ reviews: readonly Review[] }>('/memory/reviews')).reviews,
    memories: async (scope) =>
      (await ask<{ items: readonly MemoryItem[] }>(`/memory/items?${query({ scope })}`)).items,
    explain: (scope, item) => ask(`${itemPath(item)}?${query({ scope })}`),
    decide: async (scope, item, decision) =>
      (await ask<{ entry: number }>(itemPath(item), { scope, decision })).entry,
    undo: async (scope, entry) => void (await ask('/memory/undo', { scope, entry })),
  }
}

function itemPath(item: string): string {
  return `/memory/items/${encodeURIComponent(item)}`
}

function query(values: Readonly<Record<string, string>>): string {
  return new URLSearchParams(values).toString()
}

function of(thread: string): string {
  return `/threads/${encodeURIComponent(thread)}`
}

async function errorOf(response: Response): Promise<ApiError> {
  const told: unknown = await response.json().catch(() => undefined)
  // The server tells problems as RFC 9457 does.
  const { code, detail } = Object(told) as { readonly code?: string; readonly detail?: string }
  return new ApiError(response.status, code ?? 'internal', detail ?? response.statusText)
}

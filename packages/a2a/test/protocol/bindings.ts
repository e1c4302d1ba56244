import {
  type AgentCard,
  AgentCard as CardForm,
  DeleteTaskPushNotificationConfigRequest,
  GetTaskPushNotificationConfigRequest,
  GetTaskRequest,
  ListTaskPushNotificationConfigsRequest,
  ListTaskPushNotificationConfigsResponse,
  ListTasksRequest,
  ListTasksResponse,
  SendMessageRequest,
  StreamResponse,
  SubscribeToTaskRequest,
  Task,
  TaskPushNotificationConfig,
} from '@a2a-js/sdk'
import type { Transport } from '@a2a-js/sdk/client'
import { GrpcTransportFactory } from '@a2a-js/sdk/client/grpc'
import { A2AError } from '@a2a-js/sdk/errors'

/** JSON as a client sees it: any shape, looked at by matchers and by {@link at}. */
export type Json = unknown

/** What stands at a path; `undefined` where there is none. */
export function at(value: Json, ...path: readonly (string | number)[]): Json {
  let found = value
  for (const step of path) {
    if (typeof found !== 'object' || found === null) return undefined
    found = Reflect.get(found, step)
  }
  return found
}

/** The items of an array; none where it is no array. */
export function items(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : []
}

/** What a call came to: a result, or the reason of its refusal and the code of the binding. */
export interface Answer {
  readonly result?: Json
  readonly reason?: string
  readonly code?: number | string
  readonly message?: string
  readonly headers?: Headers
}

/** A stream as it is read. */
export interface Stream {
  readonly refused?: Answer
  readonly events: AsyncGenerator<Json, void>
  readonly ids: (string | undefined)[]
}

/** One binding, as plain as it can be called. */
export interface Binding {
  readonly name: 'JSONRPC' | 'HTTP+JSON' | 'GRPC'
  call(operation: string, params: object, headers?: Readonly<Record<string, string>>): Promise<Answer>
  stream(
    operation: string,
    params: object,
    headers?: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<Stream>
}

const version = { 'A2A-Version': '1.0' }

/** The bindings that a card names, of version 1.0. */
export async function bindingsOf(card: AgentCard): Promise<readonly Binding[]> {
  const url = (binding: string): string =>
    card.supportedInterfaces.find(
      ({ protocolBinding, protocolVersion }) => protocolBinding === binding && protocolVersion === '1.0',
    )?.url ?? ''
  return [jsonRpc(url('JSONRPC')), rest(url('HTTP+JSON')), await grpc(url('GRPC'), card)]
}

/** Calls the JSON-RPC binding. */
export function jsonRpc(url: string): Binding {
  const post = (method: string, params: object, headers: object, signal?: AbortSignal): Promise<Response> =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...version, ...headers },
      body: JSON.stringify({ jsonrpc: '2.0', id: 7, method, params }),
      ...(signal === undefined ? {} : { signal }),
    })
  return {
    name: 'JSONRPC',
    async call(operation, params, headers = {}) {
      return jsonRpcAnswer(await post(operation, params, headers))
    },
    async stream(operation, params, headers = {}, signal) {
      const response = await post(operation, params, headers, signal)
      const ids: (string | undefined)[] = []
      if (response.headers.get('content-type') !== 'text/event-stream')
        return { refused: await jsonRpcAnswer(response), events: nothing(), ids }
      return { events: unwrap(sse(response, ids)), ids }
    },
  }
}

async function* unwrap(events: AsyncIterable<Json>): AsyncGenerator<Json, void> {
  for await (const event of events) yield at(event, 'result') ?? event
}

async function jsonRpcAnswer(response: Response): Promise<Answer> {
  const body: Json = await response.json()
  const { headers } = response
  const error = at(body, 'error')
  if (error === undefined) return { result: at(body, 'result'), headers }
  const code = Number(at(error, 'code'))
  return { code, message: String(at(error, 'message')), headers, ...reasonIn(at(error, 'data', 0)) }
}

function reasonIn(info: Json): { readonly reason?: string } {
  const reason = at(info, 'reason')
  return typeof reason === 'string' ? { reason } : {}
}

type Names = Readonly<Record<string, string>>

const paths: Readonly<Record<string, (names: Names) => readonly [string, string]>> = {
  SendMessage: () => ['POST', '/message:send'],
  SendStreamingMessage: () => ['POST', '/message:stream'],
  GetTask: ({ id }) => ['GET', `/tasks/${id}`],
  ListTasks: () => ['GET', '/tasks'],
  CancelTask: ({ id }) => ['POST', `/tasks/${id}:cancel`],
  SubscribeToTask: ({ id }) => ['POST', `/tasks/${id}:subscribe`],
  CreateTaskPushNotificationConfig: ({ taskId }) => ['POST', `/tasks/${taskId}/pushNotificationConfigs`],
  GetTaskPushNotificationConfig: ({ taskId, id }) => [
    'GET',
    `/tasks/${taskId}/pushNotificationConfigs/${id}`,
  ],
  ListTaskPushNotificationConfigs: ({ taskId }) => ['GET', `/tasks/${taskId}/pushNotificationConfigs`],
  DeleteTaskPushNotificationConfig: ({ taskId, id }) => [
    'DELETE',
    `/tasks/${taskId}/pushNotificationConfigs/${id}`,
  ],
  GetExtendedAgentCard: () => ['GET', '/extendedAgentCard'],
}

/** Calls the HTTP+JSON binding. */
function rest(url: string): Binding {
  function send(operation: string, params: object, headers: object, signal?: AbortSignal): Promise<Response> {
    const names = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)]))
    const [method, path] = paths[operation]?.(names) ?? ['GET', '/nothing']
    const query = new URLSearchParams(names)
    const search = method === 'GET' && query.size > 0 ? `?${query.toString()}` : ''
    return fetch(`${url}${path}${search}`, {
      method,
      headers: {
        ...version,
        ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
        ...headers,
      },
      ...(method === 'POST' ? { body: JSON.stringify(params) } : {}),
      ...(signal === undefined ? {} : { signal }),
    })
  }
  return {
    name: 'HTTP+JSON',
    async call(operation, params, headers = {}) {
      return restAnswer(await send(operation, params, headers))
    },
    async stream(operation, params, headers = {}, signal) {
      const response = await send(operation, params, headers, signal)
      const ids: (string | undefined)[] = []
      if (response.headers.get('content-type') !== 'text/event-stream')
        return { refused: await restAnswer(response), events: nothing(), ids }
      return { events: sse(response, ids), ids }
    },
  }
}

async function restAnswer(response: Response): Promise<Answer> {
  const { headers, status: code } = response
  const text = await response.text()
  const body: Json = text === '' ? null : JSON.parse(text)
  if (response.ok) return { result: body, headers, code }
  const error = at(body, 'error')
  return { code, message: String(at(error, 'message')), headers, ...reasonIn(at(error, 'details', 0)) }
}

async function* sse(response: Response, ids: (string | undefined)[]): AsyncGenerator<Json, void> {
  let left = ''
  for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    left += text
    const blocks = left.split('\n\n')
    left = blocks.pop() ?? ''
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1]
      if (data === undefined) continue
      ids.push(/^id: (.*)$/m.exec(block)?.[1])
      const event: Json = JSON.parse(data)
      yield event
    }
  }
}

async function* nothing(): AsyncGenerator<Json, void> {}

/** Calls the gRPC binding. */
async function grpc(address: string, card: AgentCard): Promise<Binding> {
  const transport = await new GrpcTransportFactory().create(address, card)
  return {
    name: 'GRPC',
    async call(operation, params, headers = {}) {
      try {
        const serviceParameters = { ...version, ...headers }
        return { result: await unary(transport, operation, params, { serviceParameters }) }
      } catch (error) {
        return grpcRefusal(error)
      }
    },
    async stream(operation, params, headers = {}, signal) {
      const serviceParameters = { ...version, ...headers }
      const options = signal === undefined ? { serviceParameters } : { serviceParameters, signal }
      const responses =
        operation === 'SendStreamingMessage'
          ? transport.sendMessageStream(SendMessageRequest.fromJSON(params), options)
          : transport.resubscribeTask(SubscribeToTaskRequest.fromJSON(params), options)
      // A refusal comes with the first read, not before.
      const first = await responses.next().catch((error: unknown) => ({ error }))
      if ('error' in first) return { refused: grpcRefusal(first.error), events: nothing(), ids: [] }
      async function* events(): AsyncGenerator<Json, void> {
        if ('value' in first && first.done !== true) yield StreamResponse.toJSON(first.value)
        for await (const response of responses) yield StreamResponse.toJSON(response)
      }
      return { events: events(), ids: [] }
    },
  }
}

function grpcRefusal(error: unknown): Answer {
  if (!(error instanceof Error)) throw error
  const status = 'status' in error ? error.status : 'code' in error ? error.code : undefined
  const code = typeof status === 'number' ? status : 'unknown'
  return { code, message: error.message, ...(error instanceof A2AError ? { reason: error.reason } : {}) }
}

type Options = { readonly serviceParameters: Record<string, string> }

async function unary(
  transport: Transport,
  operation: string,
  params: object,
  options: Options,
): Promise<unknown> {
  switch (operation) {
    case 'SendMessage': {
      const result = await transport.sendMessage(SendMessageRequest.fromJSON(params), options)
      const payload =
        'messageId' in result
          ? ({ $case: 'message', value: result } as const)
          : ({ $case: 'task', value: result } as const)
      return StreamResponse.toJSON({ payload })
    }
    case 'GetTask':
      return Task.toJSON(await transport.getTask(GetTaskRequest.fromJSON(params), options))
    case 'ListTasks':
      return {
        nextPageToken: '',
        ...(ListTasksResponse.toJSON(
          await transport.listTasks(ListTasksRequest.fromJSON(params), options),
        ) as object),
      }
    case 'CancelTask':
      return Task.toJSON(
        await transport.cancelTask({ tenant: '', metadata: undefined, id: '', ...params }, options),
      )
    case 'CreateTaskPushNotificationConfig':
      return TaskPushNotificationConfig.toJSON(
        await transport.createTaskPushNotificationConfig(
          TaskPushNotificationConfig.fromJSON(params),
          options,
        ),
      )
    case 'GetTaskPushNotificationConfig':
      return TaskPushNotificationConfig.toJSON(
        await transport.getTaskPushNotificationConfig(
          GetTaskPushNotificationConfigRequest.fromJSON(params),
          options,
        ),
      )
    case 'ListTaskPushNotificationConfigs':
      return ListTaskPushNotificationConfigsResponse.toJSON(
        await transport.listTaskPushNotificationConfig(
          ListTaskPushNotificationConfigsRequest.fromJSON(params),
          options,
        ),
      )
    case 'DeleteTaskPushNotificationConfig':
      await transport.deleteTaskPushNotificationConfig(
        DeleteTaskPushNotificationConfigRequest.fromJSON(params),
        options,
      )
      return null
    case 'GetExtendedAgentCard':
      return CardForm.toJSON(await transport.getExtendedAgentCard({ tenant: '' }, options))
    default:
      throw new Error(`${operation} is no operation`)
  }
}

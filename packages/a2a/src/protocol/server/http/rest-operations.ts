import {
  AgentCard,
  type ListTasksRequest,
  type ListTasksResponse,
  ListTaskPushNotificationConfigsResponse,
  SendMessageRequest,
  SendMessageResponse,
  type StreamResponse,
  Task,
  TaskPushNotificationConfig,
  taskStateFromJSON,
} from '@a2a-js/sdk'
import type { A2ARequestHandler, ServerCallContext } from '@a2a-js/sdk/server'

import { malformed } from '../requests/check-message.ts'

/** A request as an operation sees it. */
export interface RestRequest {
  /** What the path names, in order. */
  readonly names: readonly string[]
  readonly query: URLSearchParams
  readonly body: unknown
  readonly tenant: string
}

/** What an operation comes to. */
export type RestAnswer =
  | { readonly status: 200 | 201; readonly body: unknown }
  | { readonly status: 204 }
  | { readonly stream: AsyncIterator<StreamResponse, void> }

/** One operation of the HTTP+JSON binding. */
export interface RestOperation {
  readonly methods: readonly string[]
  readonly path: RegExp
  run(handler: A2ARequestHandler, request: RestRequest, context: ServerCallContext): Promise<RestAnswer>
}

const task = '/tasks/([^/:]+)'
const configs = `${task}/pushNotificationConfigs`

/** The operations by method and path (A2A 1.0, 11.3). */
export const restOperations: readonly RestOperation[] = [
  {
    methods: ['POST'],
    path: /^\/message:send$/,
    async run(handler, { body }, context) {
      const result = await handler.sendMessage(SendMessageRequest.fromJSON(body), context)
      const payload =
        'messageId' in result
          ? ({ $case: 'message', value: result } as const)
          : ({ $case: 'task', value: result } as const)
      return { status: 200, body: SendMessageResponse.toJSON({ payload }) }
    },
  },
  {
    methods: ['POST'],
    path: /^\/message:stream$/,
    run: (handler, { body }, context) =>
      Promise.resolve({ stream: handler.sendMessageStream(SendMessageRequest.fromJSON(body), context) }),
  },
  {
    methods: ['GET'],
    path: new RegExp(`^${task}$`),
    async run(handler, { names: [id = ''], query, tenant }, context) {
      const historyLength = wholeNumber(query, 'historyLength')
      const request = { id, tenant, ...(historyLength === undefined ? {} : { historyLength }) }
      return { status: 200, body: Task.toJSON(await handler.getTask(request, context)) }
    },
  },
  {
    methods: ['GET'],
    path: /^\/tasks$/,
    async run(handler, { query, tenant }, context) {
      const request = listRequest(query, tenant)
      const listed = await handler.listTasks(request, context)
      return { status: 200, body: listBody(listed, request.includeArtifacts === true) }
    },
  },
  {
    methods: ['POST'],
    path: new RegExp(`^${task}:cancel$`),
    async run(handler, { names: [id = ''], tenant }, context) {
      const cancelled = await handler.cancelTask({ id, tenant, metadata: undefined }, context)
      return { status: 200, body: Task.toJSON(cancelled) }
    },
  },
  {
    // The proto says GET, the prose POST.
    methods: ['GET', 'POST'],
    path: new RegExp(`^${task}:subscribe$`),
    run: (handler, { names: [id = ''], tenant }, context) =>
      Promise.resolve({ stream: handler.resubscribe({ id, tenant }, context) }),
  },
  {
    methods: ['POST'],
    path: new RegExp(`^${configs}$`),
    async run(handler, { names: [taskId = ''], body }, context) {
      const given = TaskPushNotificationConfig.fromJSON({ ...recordOf(body), taskId })
      const made = await handler.createTaskPushNotificationConfig(given, context)
      return { status: 201, body: TaskPushNotificationConfig.toJSON(made) }
    },
  },
  {
    methods: ['GET'],
    path: new RegExp(`^${configs}$`),
    async run(handler, { names: [taskId = ''], tenant }, context) {
      const request = { taskId, tenant, pageSize: 0, pageToken: '' }
      const listed = await handler.listTaskPushNotificationConfigs(request, context)
      return { status: 200, body: ListTaskPushNotificationConfigsResponse.toJSON(listed) }
    },
  },
  {
    methods: ['GET'],
    path: new RegExp(`^${configs}/([^/]+)$`),
    async run(handler, { names: [taskId = '', id = ''], tenant }, context) {
      const found = await handler.getTaskPushNotificationConfig({ taskId, id, tenant }, context)
      return { status: 200, body: TaskPushNotificationConfig.toJSON(found) }
    },
  },
  {
    methods: ['DELETE'],
    path: new RegExp(`^${configs}/([^/]+)$`),
    async run(handler, { names: [taskId = '', id = ''], tenant }, context) {
      await handler.deleteTaskPushNotificationConfig({ taskId, id, tenant }, context)
      return { status: 204 }
    },
  },
  {
    methods: ['GET'],
    path: /^\/extendedAgentCard$/,
    async run(handler, { tenant }, context) {
      const card = await handler.getAuthenticatedExtendedAgentCard({ tenant }, context)
      return { status: 200, body: AgentCard.toJSON(card) }
    },
  },
]

function listRequest(query: URLSearchParams, tenant: string): ListTasksRequest {
  const pageSize = wholeNumber(query, 'pageSize')
  const historyLength = wholeNumber(query, 'historyLength')
  const status = query.get('status') ?? ''
  const after = query.get('statusTimestampAfter') ?? ''
  return {
    tenant,
    contextId: query.get('contextId') ?? '',
    status: taskStateFromJSON(/^\d+$/.test(status) ? Number(status) : status || 0),
    pageToken: query.get('pageToken') ?? '',
    statusTimestampAfter: after === '' ? undefined : after,
    includeArtifacts: query.get('includeArtifacts') === 'true',
    ...(pageSize === undefined ? {} : { pageSize }),
    ...(historyLength === undefined ? {} : { historyLength }),
  }
}

function wholeNumber(query: URLSearchParams, name: string): number | undefined {
  const given = query.get(name)
  if (given === null || given === '') return undefined
  if (!/^\d{1,9}$/.test(given)) throw malformed(`${name} must be a whole number`)
  return Number(given)
}

/** Fields that must be there are there, also where they are empty (A2A 1.0, 3.1.4). */
function listBody(listed: ListTasksResponse, includeArtifacts: boolean): unknown {
  const { nextPageToken, pageSize, totalSize } = listed
  const tasks = listed.tasks.map((one) => {
    const body = recordOf(Task.toJSON(one))
    return includeArtifacts ? { artifacts: [], ...body } : body
  })
  return { tasks, nextPageToken, pageSize, totalSize }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

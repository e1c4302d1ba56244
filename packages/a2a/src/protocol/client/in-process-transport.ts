import type { AgentCard, Message, Task } from '@a2a-js/sdk'
import type { RequestOptions, Transport, TransportFactory } from '@a2a-js/sdk/client'
import { type A2ARequestHandler, ServerCallContext } from '@a2a-js/sdk/server'

import { CallerUser } from '../server/requests/caller-user.ts'

/** The binding of agents in the same process: no network, no encoding, the same operations. */
export const inProcessBinding = 'https://keepup.dev/a2a/bindings/in-process'

/** How an agent of the same process is called. */
export interface InProcessAgent {
  readonly handler: A2ARequestHandler
  /** Under whose name. */
  readonly caller: string
}

/** Makes transports that call a handler of the same process. */
export function inProcessTransports(agent: InProcessAgent): TransportFactory {
  return {
    protocolName: inProcessBinding,
    create: () => Promise.resolve(inProcessTransport(agent)),
  }
}

function inProcessTransport({ handler, caller }: InProcessAgent): Transport {
  const contextOf = ({ signal, serviceParameters = {} }: RequestOptions = {}): ServerCallContext => {
    const headers = Object.fromEntries(
      Object.entries(serviceParameters).map(([name, value]) => [name.toLowerCase(), value]),
    )
    const extensions = headers['a2a-extensions']?.split(',').map((uri) => uri.trim())
    return new ServerCallContext({
      user: new CallerUser(caller, signal ?? new AbortController().signal),
      requestedVersion: '1.0',
      state: new Map<string, unknown>([['headers', headers]]),
      ...(extensions === undefined ? {} : { requestedExtensions: extensions }),
    })
  }
  return {
    protocolName: inProcessBinding,
    protocolVersion: '1.0',
    getExtendedAgentCard: (params, options): Promise<AgentCard> =>
      handler.getAuthenticatedExtendedAgentCard(params, contextOf(options)),
    sendMessage: (params, options): Promise<Message | Task> =>
      handler.sendMessage(params, contextOf(options)),
    sendMessageStream: (params, options) => handler.sendMessageStream(params, contextOf(options)),
    createTaskPushNotificationConfig: (params, options) =>
      handler.createTaskPushNotificationConfig(params, contextOf(options)),
    getTaskPushNotificationConfig: (params, options) =>
      handler.getTaskPushNotificationConfig(params, contextOf(options)),
    listTaskPushNotificationConfig: (params, options) =>
      handler.listTaskPushNotificationConfigs(params, contextOf(options)),
    deleteTaskPushNotificationConfig: (params, options) =>
      handler.deleteTaskPushNotificationConfig(params, contextOf(options)),
    getTask: (params, options) => handler.getTask(params, contextOf(options)),
    cancelTask: (params, options) => handler.cancelTask(params, contextOf(options)),
    listTasks: (params, options) => handler.listTasks(params, contextOf(options)),
    resubscribeTask: (params, options) => handler.resubscribe(params, contextOf(options)),
  }
}

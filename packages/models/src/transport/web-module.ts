import type { Agent, AgentOptions, ClientRequest, RequestOptions } from 'node:http'

/** What is used of node:http and node:https. */
export interface WebModule {
  readonly Agent: new (options: AgentOptions) => Agent
  request(url: URL, options: RequestOptions): ClientRequest
}

/**
 * node:http or node:https for a URL's protocol. Not imported: an ECMAScript import of either reads every export, and one of them loads undici, which
 * costs a program some 30 ms of its start.
 */
export function webModule(protocol: string): WebModule {
  return process.getBuiltinModule(protocol === 'https:' ? 'node:https' : 'node:http')
}

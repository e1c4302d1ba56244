import type { ToolContext, ToolOutcome } from '@keepup/core'

import { type WebFetchInput, type WebFetchOptions, webFetchTool } from '../../src/web/index.ts'
import { call, contextOf } from '../call-tool.ts'

/** Names of the tests, which all lie here. */
const here = async (): Promise<readonly string[]> => ['127.0.0.1']

/** Options under which the hosts of the tests may be reached: `site.test` and `secure.test`. */
export const allowed: WebFetchOptions = {
  allowHosts: ['site.test', 'secure.test'],
  ports: 'unprivileged',
  resolve: here,
}

/** Fetches once, with a tool of its own. */
export function fetchOnce(
  url: string,
  options: WebFetchOptions = allowed,
  more: Omit<WebFetchInput, 'url'> & { readonly context?: ToolContext } = {},
): Promise<ToolOutcome> {
  const { context = contextOf(), ...input } = more
  return call(webFetchTool(options), { url, ...input }, context)
}

/** The code of a failure, or what else it came to. */
export function codeOf(outcome: ToolOutcome): string {
  return outcome.type === 'failed' ? outcome.code : outcome.type
}

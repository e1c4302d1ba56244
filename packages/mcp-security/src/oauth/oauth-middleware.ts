import type { FetchMiddleware } from '@keepup/core'

import type { OAuthOptions } from './oauth-options.ts'
import { oauthSession } from './oauth-session.ts'

/** Authorises the requests of an MCP client to one server by OAuth. The same as `oauthSession(options).middleware`, for whoever never logs in or out by hand. */
export function oauthMiddleware(options: OAuthOptions): FetchMiddleware {
  return oauthSession(options).middleware
}

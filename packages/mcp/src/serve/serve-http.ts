import { httpDefences } from './http-defences.ts'
import { serveGuarded } from './serve-guarded.ts'
import type { ServeParts } from './serve-parts.ts'
import type { HttpOptions, ServedHttp } from './served-http.ts'

/**
 * Serves any number of clients over streamable HTTP. Those of versions up to 2025-11-25 have a session each, and a thread; the later version has none, so all its
 * clients share one. Fails `configuration-invalid` where it would be open to others without a token, and where the port is taken.
 */
export function serveMcpHttp(parts: ServeParts, options: HttpOptions): Promise<ServedHttp> {
  return serveGuarded(parts, options, httpDefences)
}

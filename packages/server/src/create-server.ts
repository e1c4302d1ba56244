import { getConnInfo } from '@hono/node-server/conninfo'
import { serveStatic } from '@hono/node-server/serve-static'
import { KeepupError, systemClock, type ThreadId } from '@keepup/core'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { z } from 'zod'

import manifest from '../package.json' with { type: 'json' }
import { type Bearer, bearer } from './guard/bearer.ts'
import { knownHost } from './guard/known-host.ts'
import { ownOrigin } from './guard/own-origin.ts'
import { pageHeaders } from './guard/page-headers.ts'
import { problem, problemOf } from './guard/problem.ts'
import { rateLimit } from './guard/rate-limit.ts'
import { type TraceStore, traceStore } from './otlp/trace-store.ts'
import { approvalRoutes } from './routes/approval-routes.ts'
import { compareRoutes } from './routes/compare-routes.ts'
import { lookRoutes } from './routes/look-routes.ts'
import { mailRoutes } from './routes/mail-routes.ts'
import { mcpRoutes } from './routes/mcp-routes.ts'
import { memoryRoutes } from './routes/memory-routes.ts'
import { moveRoutes } from './routes/move-routes.ts'
import { mount, type Route } from './routes/route.ts'
import { runRoutes } from './routes/run-routes.ts'
import { signalRoutes } from './routes/signal-routes.ts'
import { streamRoutes } from './routes/stream-routes.ts'
import { threadRoutes } from './routes/thread-routes.ts'
import { takeTraces, traceRoutes } from './routes/trace-routes.ts'
import { walkRoutes } from './routes/walk-routes.ts'
import { leftBehind } from './runs/left-behind.ts'
import { runKeeper } from './runs/run-keeper.ts'
import type { ServerParts } from './server-parts.ts'
import { toOpenapi } from './to-openapi.ts'

/** In bytes: what a request may hold. */
const largest = 4 * 1024 * 1024

/** A server, as a function from requests to answers. */
export interface KeepupServer {
  readonly fetch: Hono['fetch']
  /**
   * For the start: goes on with agents whose questions were answered while nobody was here. Gives those that were cut off, such as by a kill: whether they are to go on
   * is for a person to say, since they were not all started by a server.
   */
  goOn(): Promise<readonly ThreadId[]>
  /** Interrupts the runs that were started here, each with its checkpoint, and ends the streams. */
  close(): Promise<void>
}

/**
 * Makes a server over threads. Everything below `/api` needs the token; pages do not, and hold nothing. Requests for other hosts, of other origins, too many or too
 * large ones are refused before anything is read. Fails `configuration-invalid` for a token that could be guessed.
 */
export function createServer(parts: ServerParts): KeepupServer {
  if (parts.token.length < 16) {
    throw new KeepupError(
      'configuration-invalid',
      'The token of the server is shorter than 16 characters. Take 32 random bytes.',
    )
  }
  const runs = runKeeper(parts.runtime?.run)
  const ending = new AbortController()
  const traces = traceStore()
  const routes = [
    ...shown(parts, traces),
    ...streamRoutes(parts, ending.signal),
    ...moveRoutes(parts),
    ...approvalRoutes(parts, runs),
    ...signalRoutes(parts),
    ...runRoutes(runs),
  ]
  const owner = bearer(parts.token)
  const app = guarded(parts, owner)
  // Where exporters look for it.
  app.use('/v1/*', owner.guard)
  mount(app, takeTraces(traces))
  app.route('/api', api(owner, routes))
  if (parts.pages !== undefined) app.use('*', serveStatic({ root: parts.pages }))
  app.notFound(() =>
    problem(404, 'input-invalid', 'There is nothing here. GET /api/openapi.json says what there is.'),
  )
  app.onError((error) => {
    if (!KeepupError.is(error)) process.emitWarning(error, 'KeepupServerWarning')
    return problemOf(error)
  })
  const close = async (): Promise<void> => {
    await runs.close()
    // Readers have seen how the runs ended.
    ending.abort()
  }
  const goOn = async (): Promise<readonly ThreadId[]> => {
    const cutOff: ThreadId[] = []
    for await (const { thread, why } of leftBehind(parts.checkpointer)) {
      if (why === 'answered') runs.goOn(thread)
      else cutOff.push(thread)
    }
    return cutOff
  }
  return { fetch: app.fetch, goOn, close }
}

/** What is looked at, and changed only where a person's word is asked for. */
function shown(parts: ServerParts, traces: TraceStore): readonly Route[] {
  return [
    ...threadRoutes(parts),
    ...lookRoutes(parts),
    ...walkRoutes(parts),
    ...compareRoutes(parts),
    ...memoryRoutes(parts),
    ...mcpRoutes(parts),
    ...mailRoutes(parts),
    ...traceRoutes(traces),
  ]
}

/** An app that refuses what nobody should ask, the cheapest look first. */
function guarded({ hosts, rate = 100, clock = systemClock }: ServerParts, { isSignedIn }: Bearer): Hono {
  const app = new Hono()
  const tooLarge = (): Response => problem(413, 'input-invalid', `A request may hold ${largest} bytes.`)
  app.use('*', pageHeaders())
  app.use('*', knownHost(hosts))
  // Before anything is counted: a page elsewhere could use up what the owner has, for both come from this machine.
  app.use('*', ownOrigin())
  // So could a program without the token; whoever signed in is counted apart.
  const clientOf = (context: Context): string =>
    isSignedIn(context) ? `signed in ${addressOf(context)}` : addressOf(context)
  app.use('*', rateLimit(rate, clock, clientOf))
  app.use('*', bodyLimit({ maxSize: largest, onError: tooLarge }))
  return app
}

/** What can be asked for, behind the token. */
function api({ guard, signIn }: Bearer, routes: readonly Route[]): Hono {
  const app = new Hono()
  const document = toOpenapi(routes, manifest.version)
  app.post('/session', async (context) => {
    const given = z
      .object({ token: z.string().max(1000) })
      .safeParse(await context.req.json().catch(() => undefined))
    return signIn(context, given.data?.token ?? '')
  })
  app.use('*', guard)
  app.get('/openapi.json', (context) => context.json(document))
  for (const route of routes) mount(app, route)
  return app
}

/** Who asks, as far as the connection tells. */
function addressOf(context: Context): string {
  try {
    return getConnInfo(context).remote.address ?? 'unknown'
  } catch {
    // It is not served over a socket of Node.
    return 'unknown'
  }
}

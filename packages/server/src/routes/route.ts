import { gunzipSync } from 'node:zlib'

import type { Context, Hono } from 'hono'
import { z } from 'zod'

import { problem } from '../guard/problem.ts'

/** One thing that can be asked for: what it takes, what it answers, and what does it. */
export interface Route {
  readonly method: 'get' | 'post' | 'delete'
  /** With `:name` for parameters. */
  readonly path: string
  readonly summary: string
  readonly params: z.ZodObject
  readonly query: z.ZodObject
  readonly body: z.ZodObject
  /** What is answered; events where it is a stream of server-sent events. */
  readonly answer: z.ZodType
  readonly streams: boolean
  readonly status: 200 | 202
  respond(context: Context): Promise<Response>
}

/** What a route is described by. Whatever is left out takes nothing. */
export interface RouteShape<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodObject,
  Answer extends z.ZodType,
> {
  readonly method: Route['method']
  readonly path: string
  readonly summary: string
  readonly params?: Params
  readonly query?: Query
  readonly body?: Body
  readonly answer: Answer
  readonly streams?: boolean
  readonly status?: Route['status']
}

/** What came with a request, read by the route's schemas. */
export interface Asked<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodObject> {
  readonly params: z.output<Params>
  readonly query: z.output<Query>
  readonly body: z.output<Body>
  readonly request: Request
}

type Nothing = z.ZodObject<Record<string, never>>

const nothing: Nothing = z.object({})

/** Makes a route: what comes in is parsed before it is handled, and a request that does not fit is told where. */
export function route<
  Answer extends z.ZodType,
  Params extends z.ZodObject = Nothing,
  Query extends z.ZodObject = Nothing,
  Body extends z.ZodObject = Nothing,
>(
  shape: RouteShape<Params, Query, Body, Answer>,
  handle: (asked: Asked<Params, Query, Body>) => Promise<z.input<Answer> | Response>,
): Route {
  const { method, path, summary, answer, streams = false, status = 200 } = shape
  // Where a part is left out its type is that of `nothing`, which TypeScript cannot see.
  const params = (shape.params ?? nothing) as Params
  const query = (shape.query ?? nothing) as Query
  const body = (shape.body ?? nothing) as Body
  return {
    method,
    path,
    summary,
    params,
    query,
    body,
    answer,
    streams,
    status,
    async respond(context) {
      const given = z.object({ params, query, body }).safeParse({
        params: context.req.param(),
        query: context.req.query(),
        body: shape.body === undefined ? {} : await readBody(context),
      })
      if (!given.success) {
        const next =
          shape.body === undefined || saysJson(context) ? '' : ' Send JSON, and say so: application/json.'
        return problem(400, 'input-invalid', `${z.prettifyError(given.error)}${next}`)
      }
      // The schemas were put together from the three above.
      const asked = given.data as Omit<Asked<Params, Query, Body>, 'request'>
      const answered = await handle({ ...asked, request: context.req.raw })
      return answered instanceof Response ? answered : context.json(answered ?? null, status)
    },
  }
}

/** @limit In bytes: what a body that comes packed may hold. */
const largestUnpacked = 16 * 1024 * 1024

/** A body must be JSON and say so: a form of another page can send neither. It may come packed, as exporters of traces send it. */
async function readBody(context: Context): Promise<unknown> {
  if (!saysJson(context)) return undefined
  try {
    if (context.req.header('content-encoding') !== 'gzip') return await context.req.json()
    const packed = Buffer.from(await context.req.arrayBuffer())
    return JSON.parse(gunzipSync(packed, { maxOutputLength: largestUnpacked }).toString())
  } catch {
    return undefined
  }
}

function saysJson(context: Context): boolean {
  return /^application\/json(;|$)/.test(context.req.header('content-type') ?? '')
}

/** Puts a route where it is found. */
export function mount(app: Hono, found: Route): void {
  app.on(found.method.toUpperCase(), found.path, (context) => found.respond(context))
}

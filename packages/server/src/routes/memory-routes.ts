import { z } from 'zod'

import type { MemoryDesk, ToldExplanation, ToldMemory } from '../desks/memory-desk.ts'
import { offered } from '../desks/offered.ts'
import type { ServerParts } from '../server-parts.ts'
import { label } from './label.ts'
import { type Route, route } from './route.ts'
import { sequence } from './sequence.ts'
import { threadName } from './thread-name.ts'

/** @limit How many scopes are looked through for what waits for a person. */
const mostScopes = 200

const scopeQuery = z.object({ scope: threadName })
const ofItem = z.object({ item: z.string().min(1).max(200) })

const memory: z.ZodType<ToldMemory> = z.looseObject({
  id: z.string(),
  kind: z.string(),
  text: z.string(),
  status: z.string().meta({ description: '`active`, `proposed`: it waits for a person, or `rejected`.' }),
  subject: z.string().optional(),
  attribute: z.string().optional(),
  value: z.string().optional(),
  recordedAt: z.number(),
  retractedAt: z.number().optional(),
  validTo: z.number().optional(),
  supersededBy: z.string().optional(),
  pinned: z.boolean(),
  stale: z.boolean(),
  dormant: z.boolean(),
  producer: z.string(),
  label,
  sources: z.array(z.string()).readonly(),
})

const explanation: z.ZodType<ToldExplanation> = z.looseObject({
  item: memory,
  versions: z.array(z.looseObject({ sequence, item: memory })).readonly(),
  sources: z
    .array(z.looseObject({ id: z.string(), speaker: z.string(), text: z.string(), at: z.number() }))
    .readonly(),
  derivedFrom: z.array(z.string()).readonly(),
  core: z.string(),
})

const said = z.object({ entry: sequence.meta({ description: 'The entry that says so, to undo it by.' }) })

/** What is remembered, and what waits for a person's word. */
export function memoryRoutes({ memory: desk }: ServerParts): readonly Route[] {
  const opened = () => offered(desk, 'a memory')
  return [listScopes(opened), listReviews(opened), listItems(opened), explainItem(opened), ...changes(opened)]
}

type Opened = () => MemoryDesk

function listScopes(opened: Opened): Route {
  return route(
    {
      method: 'get',
      path: '/memory/scopes',
      summary: 'Whose memories there are. Answers 501 where the server was started without a memory.',
      answer: z.object({ scopes: z.array(z.object({ scope: z.string(), head: sequence })) }),
    },
    async () => ({ scopes: (await opened().scopes()).map((scope) => ({ ...scope })) }),
  )
}

function listReviews(opened: Opened): Route {
  return route(
    {
      method: 'get',
      path: '/memory/reviews',
      summary: 'Everything that waits for a person before it is remembered, in all scopes.',
      answer: z.object({ reviews: z.array(z.object({ scope: z.string(), item: memory })) }),
    },
    async () => {
      const desk = opened()
      const reviews: { scope: string; item: ToldMemory }[] = []
      for (const { scope } of (await desk.scopes()).slice(0, mostScopes)) {
        for (const item of await desk.items(scope)) {
          if (item.status === 'proposed' && item.retractedAt === undefined) reviews.push({ scope, item })
        }
      }
      return { reviews }
    },
  )
}

function listItems(opened: Opened): Route {
  return route(
    {
      method: 'get',
      path: '/memory/items',
      summary: 'Everything that is remembered in a scope, also what was taken back.',
      query: scopeQuery,
      answer: z.object({ items: z.array(memory) }),
    },
    async ({ query: { scope } }) => ({ items: [...(await opened().items(scope))] }),
  )
}

function explainItem(opened: Opened): Route {
  return route(
    {
      method: 'get',
      path: '/memory/items/:item',
      summary: 'Where an item comes from, and what became of it.',
      params: ofItem,
      query: scopeQuery,
      answer: explanation,
    },
    async ({ params: { item }, query: { scope } }) => opened().explain(scope, item),
  )
}

function changes(opened: Opened): readonly Route[] {
  return [
    route(
      {
        method: 'post',
        path: '/memory/items/:item',
        summary: 'Lets a proposed item hold, refuses it, or takes one back.',
        params: ofItem,
        body: z.object({ scope: threadName, decision: z.enum(['approve', 'reject', 'forget']) }),
        answer: said,
      },
      async ({ params: { item }, body: { scope, decision } }) => ({
        entry: await opened().decide(scope, item, decision),
      }),
    ),
    route(
      {
        method: 'post',
        path: '/memory/undo',
        summary: 'Makes the items that an entry changed what they were before it.',
        body: z.object({ scope: threadName, entry: sequence }),
        answer: said,
      },
      async ({ body: { scope, entry } }) => ({ entry: await opened().undo(scope, entry) }),
    ),
  ]
}

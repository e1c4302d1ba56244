import { z } from 'zod'

import type { ToldDeadLetter, ToldMail, ToldMailbox, ToldMailboxReport } from '../desks/mail-desk.ts'
import { offered } from '../desks/offered.ts'
import type { ServerParts } from '../server-parts.ts'
import { done } from './done.ts'
import { type Route, route } from './route.ts'

const address = z.object({ address: z.string().min(1).max(200) })

const mailbox: z.ZodType<ToldMailbox> = z.looseObject({
  address: z.string(),
  waiting: z.number(),
  open: z.number(),
  dead: z.number(),
  handled: z.number(),
  owner: z.looseObject({ host: z.string(), process: z.number() }).optional(),
})

const mailShape = {
  id: z.string(),
  from: z.string().optional(),
  body: z.unknown().optional(),
  attempts: z.number().optional(),
}
const mail: z.ZodType<ToldMail> = z.looseObject(mailShape)
const dead: z.ZodType<ToldDeadLetter> = z.looseObject({ ...mailShape, error: z.string(), died: z.number() })

const report: z.ZodType<ToldMailboxReport> = z.looseObject({
  address: z.string(),
  waiting: z.array(mail).readonly(),
  open: z.array(mail).readonly(),
  dead: z.array(dead).readonly(),
  topics: z.array(z.string()).readonly(),
  received: z.number(),
  handled: z.number(),
  expired: z.number(),
})

/** Mailboxes of agents, and their dead letters. */
export function mailRoutes({ mail: desk }: ServerParts): readonly Route[] {
  const opened = () => offered(desk, 'the mailboxes of agents')
  return [
    route(
      {
        method: 'get',
        path: '/mailboxes',
        summary: 'All mailboxes, by address. Answers 501 where the server was started without them.',
        answer: z.object({ mailboxes: z.array(mailbox) }),
      },
      async () => ({ mailboxes: [...(await opened().list())] }),
    ),
    route(
      {
        method: 'get',
        path: '/mailboxes/:address',
        summary: 'What waits in a mailbox, what is open, and what was given up.',
        params: address,
        answer: report,
      },
      async ({ params }) => opened().read(params.address),
    ),
    route(
      {
        method: 'post',
        path: '/mailboxes/:address/dead',
        summary: 'Has dead letters handled again by whoever serves the mailbox, or will; or forgets them.',
        params: address,
        body: z.object({
          fate: z.enum(['redrive', 'discard']),
          ids: z
            .array(z.string().min(1).max(200))
            .min(1)
            .max(1000)
            .optional()
            .meta({ description: 'All of them when left out.' }),
        }),
        answer: done,
      },
      async ({ params, body: { fate, ids } }) => {
        await opened()[fate](params.address, ids)
        return { done: true }
      },
    ),
  ]
}

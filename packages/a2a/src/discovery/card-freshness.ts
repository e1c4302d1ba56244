import type { Milliseconds } from '@keepup/core'

/** How long an answer may be used without asking again. */
export interface Freshness {
  readonly age: Milliseconds
  /** Not to be kept at all. */
  readonly isPrivate: boolean
}

/** A card whose server says nothing is asked for again after this. */
const usualAge: Milliseconds = 300_000
/** However long a server says: a key that leaked, or an agent that moved, must be noticed within a day. */
const longestAge: Milliseconds = 86_400_000

/** What the headers of an answer say of its freshness (RFC 9111): `Cache-Control` with `max-age`, `no-cache`, `no-store`; `Age` is taken off. */
export function freshnessOf(headers: Headers): Freshness {
  const directives = new Map(
    (headers.get('cache-control') ?? '').split(',').map((directive) => {
      const [name = '', value = ''] = directive.trim().toLowerCase().split('=')
      return [name, value.replaceAll('"', '')] as const
    }),
  )
  const isPrivate = directives.has('no-store')
  if (isPrivate || directives.has('no-cache')) return { age: 0, isPrivate }
  const said = directives.get('max-age')
  if (said === undefined) return { age: usualAge, isPrivate }
  // What is no number is as if it were over (RFC 9111, 4.2.1).
  const seconds = /^\d{1,12}$/.test(said) ? Number(said) : 0
  const passed = Number(/^\d{1,12}$/.exec(headers.get('age') ?? '')?.[0] ?? 0)
  return { age: Math.min(Math.max(0, seconds - passed) * 1_000, longestAge), isPrivate }
}

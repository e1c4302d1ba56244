import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

import type { Context, MiddlewareHandler } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'

import { problem } from './problem.ts'

/** The cookie that a browser gets for the token. */
const cookie = 'keepup-session'

/** So many browsers stay signed in; the one that came first is forgotten for one more. */
const mostSessions = 64

/** Who may come in. */
export interface Bearer {
  /** Lets through what has the token, or a cookie that was given for it. */
  readonly guard: MiddlewareHandler
  /** Whether a request has such a cookie: nobody guesses one, so this tells nothing. */
  readonly isSignedIn: (context: Context) => boolean
  /** Gives a cookie for the token, which stays out of reach of scripts. Answers 401 where it is another. */
  readonly signIn: (context: Context, token: string) => Response
}

/** Holds requests to a token. Sessions last as long as the process. */
export function bearer(token: string): Bearer {
  const sessions = new Set<string>()
  const isSignedIn = (context: Context): boolean => sessions.has(getCookie(context, cookie) ?? '')
  return {
    isSignedIn,
    guard: async (context, next) => {
      const [scheme, given = ''] = (context.req.header('authorization') ?? '').split(' ', 2)
      if (scheme?.toLowerCase() === 'bearer' && isSame(given, token)) return next()
      return isSignedIn(context) ? next() : refused()
    },
    signIn: (context, given) => {
      if (!isSame(given, token)) return refused()
      const session = randomBytes(32).toString('base64url')
      if (sessions.size >= mostSessions) sessions.delete(sessions.values().next().value ?? '')
      sessions.add(session)
      setCookie(context, cookie, session, { httpOnly: true, sameSite: 'Strict', path: '/' })
      return context.body(null, 204)
    },
  }
}

function refused(): Response {
  const detail = 'Send "authorization: Bearer TOKEN"; the token was printed at the start.'
  return problem(401, 'authorisation-required', detail, { 'www-authenticate': 'Bearer' })
}

/** Takes the same time whatever differs. */
function isSame(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

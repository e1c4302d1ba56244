import { randomBytes } from 'node:crypto'

import { refuseRequest } from './http-guard.ts'

/** What holds strangers off a server by HTTP. Whatever a program can make has {@link httpDefences}; tests put something weaker in their place and see the attack succeed. */
export interface HttpDefences {
  readonly refuse: typeof refuseRequest
  /** An id for a session: no secret that lets anybody in, but nobody else's to find. */
  readonly sessionId: () => string
}

/** In bytes: 192 bits of chance, more than the 128 that the security advice of MCP asks of session ids. */
const sessionIdLength = 24

/** Every request is looked at, and session ids cannot be guessed. */
export const httpDefences: HttpDefences = {
  refuse: refuseRequest,
  sessionId: () => randomBytes(sessionIdLength).toString('base64url'),
}

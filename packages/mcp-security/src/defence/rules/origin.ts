/**
 * How an argument's value came to have authority, strongest first.
 * `prompt`: the user wrote it. `owner`: it is the user's own address or name. `configured`: an allow-list of the operator names it. `own`: the agent's own
 * write returned it. `trusted`: a field that the service vouches for, in a result that the user's words chose. `structured-directed`: a typed field of a read that
 * the user's words directed. `designated`: the only value of its kind in the source that the user named for it. `ranked`: the one of a list that a superlative of the
 * user means, such as the largest. `listed`: one of several
 * entries of a list that the service keeps. `structured`, `free-text`: others wrote it. `unknown`: nobody did.
 */
export const origins = [
  'prompt',
  'owner',
  'configured',
  'own',
  'trusted',
  'structured-directed',
  'designated',
  'ranked',
  'listed',
  'structured',
  'free-text',
  'unknown',
] as const

/** One rank of {@link origins}. */
export type Origin = (typeof origins)[number]

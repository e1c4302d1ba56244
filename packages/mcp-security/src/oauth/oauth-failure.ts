import { KeepupError } from '@keepup/core'

/** Why authorisation failed, for programs: `details.reason` of a KeepupError `authorisation-failed`. */
export type OAuthRefusal =
  | 'address-refused'
  | 'url-refused'
  | 'redirect-refused'
  | 'answer-too-large'
  | 'answer-too-slow'
  | 'answer-malformed'
  | 'connection-failed'
  | 'metadata-invalid'
  | 'issuer-mismatch'
  | 'resource-mismatch'
  | 'pkce-missing'
  | 'state-mismatch'
  | 'login-failed'
  | 'registration-refused'
  | 'credentials-bound-elsewhere'
  | 'scope-refused'
  | 'grant-refused'
  | 'token-invalid'
  | 'server-refuses-token'

/** A KeepupError `authorisation-failed`. A cause is reduced to its name and code, as causes of the protocol's library hold answers with tokens in them. */
export function oauthFailure(reason: OAuthRefusal, message: string, cause?: unknown): KeepupError {
  const kept = cause === undefined ? {} : { cause: withoutSecrets(cause) }
  return new KeepupError('authorisation-failed', message, { ...kept, details: { reason } })
}

/** A KeepupError `authorisation-required`: a person has to log in, and nobody was asked to. */
export function loginRequired(server: URL, why: string): KeepupError {
  return new KeepupError('authorisation-required', `${server.origin} needs a login: ${why}`, {
    details: { server: server.href },
  })
}

/** Whether an error is a failure of that reason. */
export function failedFor(error: unknown, reason: OAuthRefusal): boolean {
  return KeepupError.is(error, 'authorisation-failed') && error.details['reason'] === reason
}

/** The name and the code of an error, and nothing that somebody else wrote. */
function withoutSecrets(cause: unknown): Error {
  if (KeepupError.is(cause)) return cause
  const plain = new Error('Details are left out, as they may hold secrets')
  if (!(cause instanceof Error)) return plain
  plain.name = cause.name
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined
  return code === undefined ? plain : Object.assign(plain, { code })
}

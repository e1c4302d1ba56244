import { loginRequired } from './oauth-failure.ts'

/** Whether calls may ask a person. After a login that came to nothing they may not, until somebody logs in: nobody is asked again and again. */
export interface AskingGate {
  /** Fails `authorisation-required` where a login came to nothing. */
  check(): void
  /** Somebody is asked now. */
  asked(): void
  /** It came to something, or somebody wants to try again. */
  open(): void
}

/** A gate of its own, for one session. */
export function askingGate(server: URL): AskingGate {
  let isClosed = false
  return {
    check: () => {
      if (isClosed)
        throw loginRequired(
          server,
          'the last login came to nothing, so nobody is asked again by calls. Log in.',
        )
    },
    asked: () => (isClosed = true),
    open: () => (isClosed = false),
  }
}

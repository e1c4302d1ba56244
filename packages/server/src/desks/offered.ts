import { KeepupError } from '@keepup/core'

/** What a server was started with. Fails `not-supported` where it was started without it: a page says so, and shows the rest. */
export function offered<Desk>(desk: Desk | undefined, what: string): Desk {
  if (desk !== undefined) return desk
  throw new KeepupError('not-supported', `This server was started without ${what}.`)
}

import type { Message } from '@keepup/core'

/**
 * Turns messages into the provider's JSON, each message once: requests of a growing conversation cost what is new plus joining texts.
 * Relies on messages never changing once made. What no conversation holds any more is forgotten.
 */
export function messageFragments<Fragment>(
  convert: (message: Message) => Promise<Fragment>,
): (messages: Iterable<Message>) => Promise<readonly Fragment[]> {
  const known = new WeakMap<Message, Fragment>()
  return async (messages) => {
    const fragments: Fragment[] = []
    for (const message of messages) {
      let fragment = known.get(message)
      if (fragment === undefined) {
        fragment = await convert(message)
        known.set(message, fragment)
      }
      fragments.push(fragment)
    }
    return fragments
  }
}

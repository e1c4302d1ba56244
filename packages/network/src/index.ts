// What may be reached
export { type AddressClass, classifyAddress } from './classify-address.ts'
export type { AddressCarrier } from './find-carrier.ts'
export { namesHost, namesPort } from './host-list.ts'
export { hostOf } from './host-of.ts'
export { portOf } from './port-of.ts'
export type { AddressKind } from './special-blocks.ts'

// Requests to what was judged
export {
  type Exchange,
  type ExchangeFailures,
  type ExchangeParts,
  openExchange,
  type SentRequest,
} from './open-exchange.ts'
export { pinAddress, type PinnedAddress } from './pin-address.ts'
export { type ResolveHost, resolveHost } from './resolve-host.ts'
export { trustOf } from './trust-of.ts'

// What is borne of a server
export { abortable } from './abortable.ts'
export { atMost, collectAtMost } from './at-most.ts'
export { type Followed, followRedirects, type RedirectPolicy } from './follow-redirects.ts'
export { withDeadline } from './with-deadline.ts'

import type { Client, RequestOptions } from '@a2a-js/sdk/client'
import type { Clock, ObserveCall } from '@keepup/core'

import { isPlace, observeCalls, placeBelow } from '../observe-calls.ts'

/** Who is told of the calls of a client, and where they stand. */
export interface Observing {
  readonly observe: ObserveCall | undefined
  readonly under: (() => string | undefined) | undefined
  readonly clock: Clock
  /** The host that is called, as it is told. */
  readonly host: string
}

/** The same client, whose calls are told of and say to the agent where they stand, by whatever binding. */
export function observedClient(client: Client, { observe, under, clock, host }: Observing): Client {
  if (observe === undefined) return client
  return observeCalls(client, {
    side: 'client',
    observe,
    clock,
    begin(params, options) {
      const said = under?.()
      const place = said !== undefined && isPlace(said) ? said : undefined
      const traceparent = placeBelow(place)
      // Each operation of a client is given its parameters, then its options.
      const { serviceParameters, ...rest } = (options ?? {}) as RequestOptions
      return {
        given: [params, { ...rest, serviceParameters: { ...serviceParameters, traceparent } }],
        traceparent,
        attributes: { 'a2a.protocol.version': client.protocolVersion, 'server.address': host },
        ...(place === undefined ? {} : { under: place }),
      }
    },
  })
}

import type { experimental } from '@grpc/grpc-js'
import { pinAddress } from '@keepup/network'

type Resolvers = Pick<typeof experimental, 'registerResolver' | 'statusOrFromValue'>
type Listener = experimental.ResolverListener
type Target = experimental.GrpcUri

/** The scheme of names that were resolved, and judged, before gRPC sees them. */
const scheme = 'keepup-pinned'

/**
 * A target for a channel of gRPC that connects to these addresses alone, however often it connects again, and whose certificate and `:authority` are those of the host
 * (gRPC, Custom Name Resolution). Through a proxy too the address is what is asked for, not the name. What is no address is left out: a socket would ask where it lies.
 */
export function pinnedTarget(grpc: Resolvers, url: URL, addresses: readonly string[]): string {
  // Once more replaces it by the same.
  grpc.registerResolver(scheme, pinnedNames(grpc))
  const port = portOf(url)
  const places = addresses.flatMap((address) => {
    const family = pinAddress(address)?.family
    if (family === undefined) return []
    return family === 6 ? `[${address}]:${port}` : `${address}:${port}`
  })
  return `${scheme}://${url.hostname}:${port}/${places.join(',')}`
}

/** gRPC's own port is that of https (gRPC Name Resolution). */
function portOf({ port }: URL): number {
  return port === '' ? 443 : Number(port)
}

/** Answers with what stands in the target, whatever the name leads to by now. */
function pinnedNames({ statusOrFromValue }: Resolvers) {
  return class PinnedNames {
    readonly #listener: Listener
    readonly #endpoints: experimental.Endpoint[]
    #isAnswered = false

    constructor({ path }: Target, listener: Listener) {
      this.#listener = listener
      this.#endpoints = path.split(',').flatMap((place) => {
        const [, inner, plain, port] = /^(?:\[([^\]]+)\]|([^:[]+)):(\d+)$/.exec(place) ?? []
        const host = inner ?? plain
        return host === undefined ? [] : { addresses: [{ host, port: Number(port) }] }
      })
    }

    /** Never with the call itself, and once: asked again, the answer would be the same. */
    updateResolution(): void {
      if (this.#isAnswered) return
      this.#isAnswered = true
      process.nextTick(() => {
        if (this.#isAnswered) this.#listener(statusOrFromValue(this.#endpoints), {}, null, '')
      })
    }

    destroy(): void {
      this.#isAnswered = false
    }

    static getDefaultAuthority({ authority = '' }: Target): string {
      return authority
    }
  }
}

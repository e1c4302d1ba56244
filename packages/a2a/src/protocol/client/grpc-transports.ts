import type { AgentCard } from '@a2a-js/sdk'
import type { TransportFactory } from '@a2a-js/sdk/client'
import { KeepupError } from '@keepup/core'
import { classifyAddress, hostOf, namesHost, resolveHost } from '@keepup/network'

import type { A2aReach } from './guarded-fetch.ts'
import { pinnedTarget } from './pinned-target.ts'

/**
 * Transports over gRPC: in plain text to hosts that are allowed, by TLS to all others, which must lie at public addresses. A name is resolved once, what it leads to is
 * judged, and the channel goes there and nowhere else. Fails `not-supported` where the optional packages for it are not installed.
 */
export async function grpcTransports({ allowHosts = [], resolve }: A2aReach): Promise<TransportFactory> {
  const { grpc, GrpcTransportFactory } = await load()
  return {
    protocolName: 'GRPC',
    async create(place: string, card: AgentCard) {
      const url = URL.parse(`https://${place.replace(/^\w+:\/\//, '')}`)
      if (url === null) throw new KeepupError('card-refused', `${place.slice(0, 100)} is no address of gRPC.`)
      const isAllowed = namesHost(allowHosts, url)
      const found = await whereIs(url, resolve)
      const bad = isAllowed ? undefined : found.find((address) => classifyAddress(address).kind !== 'public')
      if (bad !== undefined) {
        const message = `${hostOf(url)} lies at ${bad}, which is ${classifyAddress(bad).words}: nothing was sent there. Where the agent is yours, allow its host.`
        throw new KeepupError('card-refused', message)
      }
      const { credentials } = grpc
      const grpcChannelCredentials = isAllowed ? credentials.createInsecure() : credentials.createSsl()
      const factory = new GrpcTransportFactory({ grpcChannelCredentials, legacyCompat: { enabled: true } })
      return factory.create(pinnedTarget(grpc.experimental, url, found), card)
    },
  }
}

async function whereIs(url: URL, resolve: A2aReach['resolve']): Promise<readonly string[]> {
  const signal = AbortSignal.timeout(10_000)
  const found = await resolveHost(hostOf(url), { resolve, signal }).catch((error: unknown) => {
    throw nowhere(url, error)
  })
  if (found.length === 0) throw nowhere(url)
  return found
}

function nowhere({ host }: URL, cause?: unknown): KeepupError {
  const message = `The agent at ${host} cannot be reached: its name leads nowhere. Check its address.`
  return new KeepupError('request-failed', message, { cause, details: { sent: false } })
}

async function load() {
  try {
    const [grpc, { GrpcTransportFactory }] = await Promise.all([
      import('@grpc/grpc-js'),
      import('@a2a-js/sdk/client/grpc'),
    ])
    return { grpc, GrpcTransportFactory }
  } catch (error) {
    const message =
      'The gRPC binding needs the packages @grpc/grpc-js and @bufbuild/protobuf, which are not installed. Install them, or use another binding.'
    throw new KeepupError('not-supported', message, { cause: error })
  }
}

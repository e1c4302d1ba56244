import {
  type A2ARequestHandler,
  defaultServerCallContextBuilder,
  type ServerCallContextBuilder,
} from '@a2a-js/sdk/server'
import type * as Grpc from '@grpc/grpc-js'
import type { sendUnaryData, ServerCredentials, ServerUnaryCall, ServerWritableStream } from '@grpc/grpc-js'
import { KeepupError } from '@keepup/core'

import { authenticate, type Authenticator, type Caller, type Credentials } from '../auth/authenticator.ts'
import { withoutPatch } from '../http/http-call.ts'
import { CallerUser } from '../requests/caller-user.ts'
import type { TlsMaterial } from '../tls-material.ts'

/** Where and for whom the gRPC binding is served (A2A 1.0, 10). */
export interface GrpcOptions {
  readonly handler: A2ARequestHandler
  readonly ways: readonly Authenticator[]
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
  readonly tls?: TlsMaterial
}

/** A gRPC server that listens. */
export interface ServedGrpc extends AsyncDisposable {
  readonly port: number
}

/** @limit In bytes: a larger request is refused with RESOURCE_EXHAUSTED. */
const mostMessage = 16 * 1024 * 1024

/** Serves the gRPC binding, of version 0.3 too. Fails `not-supported` where the optional packages for it are not installed. */
export async function serveGrpc({ handler, ways, host, port, tls }: GrpcOptions): Promise<ServedGrpc> {
  const { grpc, current, older } = await load()
  const callers = new WeakMap<object, Caller>()
  const userBuilder = (call: AnyCall): Promise<CallerUser> => {
    const gone = new AbortController()
    call.on('cancelled', () => gone.abort(new Error('The client is gone.')))
    return Promise.resolve(new CallerUser(callers.get(call)?.name, gone.signal))
  }
  const server = new grpc.Server({ 'grpc.max_receive_message_length': mostMessage })
  const guard = guarded(grpc, ways, callers)
  server.addService(
    current.A2AService,
    guard({ ...current.grpcService({ requestHandler: handler, userBuilder, contextBuilder }) }),
  )
  server.addService(
    older.LegacyA2AService,
    guard({ ...older.legacyGrpcService({ requestHandler: handler, userBuilder }) }),
  )
  const name = host.includes(':') ? `[${host}]` : host
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${name}:${port}`, credentialsFor(grpc.ServerCredentials, tls), (error, found) => {
      if (error === null) resolve(found)
      else reject(cannotListen(`${name}:${port}`, error))
    })
  })
  return {
    port: bound,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        const late = setTimeout(() => server.forceShutdown(), 2_000)
        server.tryShutdown(() => {
          clearTimeout(late)
          resolve()
        })
      }),
  }
}

const contextBuilder: ServerCallContextBuilder = (options) =>
  defaultServerCallContextBuilder(
    options.requestedVersion === undefined
      ? options
      : { ...options, requestedVersion: withoutPatch(options.requestedVersion) },
  )

type AnyCall = ServerUnaryCall<unknown, unknown> | ServerWritableStream<unknown, unknown>
type Handler = (call: AnyCall, answer?: sendUnaryData<unknown>) => unknown

async function load() {
  try {
    const [grpc, current, older] = await Promise.all([
      import('@grpc/grpc-js'),
      import('@a2a-js/sdk/server/grpc'),
      import('@a2a-js/sdk/compat/v0_3/server/grpc'),
    ])
    return { grpc, current, older }
  } catch (error) {
    const message =
      'The gRPC binding needs the packages @grpc/grpc-js and @bufbuild/protobuf, which are not installed. Install them, or leave gRPC out.'
    throw new KeepupError('not-supported', message, { cause: error })
  }
}

/** Lets nobody in who is not recognised. Each handler is one function of the service's table. */
function guarded(grpc: typeof Grpc, ways: readonly Authenticator[], callers: WeakMap<object, Caller>) {
  return <Service extends Record<string, unknown>>(service: Service): Service => {
    const entries = Object.entries(service).map(([name, handler]) => {
      // The tables of the SDK hold handlers alone.
      const inner = handler as Handler
      const outer: Handler = (call, answer) => {
        authenticate(ways, credentialsOf(call)).then(
          (caller) => {
            if (caller === undefined && ways.length > 0) return refuse(grpc, call, answer)
            if (caller !== undefined) callers.set(call, caller)
            return inner(call, answer)
          },
          () => refuse(grpc, call, answer),
        )
      }
      return [name, outer]
    })
    // The same names, each with a handler of the same kind.
    return Object.fromEntries(entries) as Service
  }
}

function refuse({ status }: typeof Grpc, call: AnyCall, answer: sendUnaryData<unknown> | undefined): void {
  const error = {
    code: status.UNAUTHENTICATED,
    details: 'Say who you are, in one of the ways that the card names.',
  }
  if (answer === undefined) call.emit('error', error)
  else answer(error, null)
}

function credentialsOf(call: AnyCall): Credentials {
  const { transportSecurityType, sslPeerCertificate } = call.getAuthContext()
  const certificate = transportSecurityType === 'ssl' ? sslPeerCertificate : undefined
  const commonName: unknown = certificate?.subject?.CN
  return {
    header: (name) => call.metadata.get(name)[0]?.toString(),
    ...(certificate?.fingerprint256 === undefined
      ? {}
      : {
          certificate: {
            fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
            commonName: typeof commonName === 'string' ? commonName : '',
          },
        }),
  }
}

function credentialsFor(
  credentials: Pick<typeof ServerCredentials, 'createInsecure' | 'createSsl'>,
  tls: TlsMaterial | undefined,
): ServerCredentials {
  if (tls === undefined) return credentials.createInsecure()
  const { key, certificate, clientAuthorities } = tls
  const pair = { private_key: Buffer.from(key), cert_chain: Buffer.from(certificate) }
  const authorities = clientAuthorities === undefined ? null : Buffer.from(clientAuthorities)
  return credentials.createSsl(authorities, [pair], authorities !== null)
}

function cannotListen(place: string, cause: Error): KeepupError {
  const message = `${place} cannot be listened on for gRPC (${cause.message}). Name another port.`
  return new KeepupError('configuration-invalid', message, { cause })
}

import { request } from 'node:https'
import { type PeerCertificate, TLSSocket } from 'node:tls'

import { A2AService } from '@a2a-js/sdk/server/grpc'
import { credentials, makeGenericClientConstructor, Metadata } from '@grpc/grpc-js'

import { type CertificatePair, server } from './certificates.ts'

/** What an answer by TLS was. */
export interface SecuredAnswer {
  readonly status: number | undefined
  readonly protocol: string | null
  readonly certificate: PeerCertificate | undefined
}

/** Asks by TLS, with a certificate of the client's own where one is given. */
export function askSecurely(url: string, pair?: CertificatePair): Promise<SecuredAnswer> {
  const own = pair === undefined ? {} : { key: pair.key, cert: pair.certificate }
  return new Promise((resolve, reject) => {
    const headers = { 'A2A-Version': '1.0' }
    const sent = request(url, { ca: server.certificate, headers, agent: false, ...own }, (response) => {
      response.resume()
      const { socket } = response
      const isSecure = socket instanceof TLSSocket
      resolve({
        status: response.statusCode,
        protocol: isSecure ? socket.getProtocol() : null,
        certificate: isSecure ? socket.getPeerCertificate() : undefined,
      })
    })
    sent.on('error', reject)
    sent.end()
  })
}

/** The status of gRPC of listing tasks by TLS. */
export function listSecurely(address: string, pair?: CertificatePair): Promise<number> {
  const own = pair === undefined ? [] : [Buffer.from(pair.key), Buffer.from(pair.certificate)]
  const secure = credentials.createSsl(Buffer.from(server.certificate), ...own)
  const Client = makeGenericClientConstructor(A2AService, 'A2AService')
  const client = new Client(address, secure)
  const metadata = new Metadata()
  metadata.set('a2a-version', '1.0')
  const { path, requestSerialize, responseDeserialize } = A2AService.listTasks
  const empty = { tenant: '', contextId: '', status: 0, pageToken: '', statusTimestampAfter: undefined }
  return new Promise((resolve) => {
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, empty, metadata, (error) => {
      client.close()
      resolve(error?.code ?? 0)
    })
  })
}

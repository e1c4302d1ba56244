/** What a server proves who it is with, and whose certificates it takes from clients. Each as PEM. */
export interface TlsMaterial {
  readonly key: string
  readonly certificate: string
  /** Clients are asked for a certificate, which must be vouched for by one of these. Over HTTP they may do without and come in another way, over gRPC not. */
  readonly clientAuthorities?: string
}

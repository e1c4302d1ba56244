/**
 * What holds attackers off. Every one is on in whatever a program can make; tests switch one off at a time and see the attack succeed, so that each is known
 * to be what stops it. `pkceAdvertised` and `issuerEcho` can be waived for one server by `compatibility`.
 */
export interface Defences {
  /** No request to private, loopback or link-local addresses. */
  readonly publicAddresses: boolean
  /** The socket goes to the address that was judged, whatever the name's address is by now. */
  readonly pinnedAddresses: boolean
  /** https, but on this machine. */
  readonly secureUrls: boolean
  /** Redirects of discovery stay on their origin, and are few. */
  readonly sameOriginRedirects: boolean
  /** The document of an issuer names that issuer (RFC 8414, 3.3). */
  readonly issuerEcho: boolean
  /** The document of a resource names the server (RFC 9728, 3.3). */
  readonly resourceEcho: boolean
  /** The authorisation server says that it knows S256. */
  readonly pkceAdvertised: boolean
  /** `iss` of an authorisation response (RFC 9207). */
  readonly responseIssuer: boolean
  /** `state` of an authorisation response, once. */
  readonly responseState: boolean
  /** The token goes to the server's origin alone. */
  readonly tokenOrigin: boolean
  /** A credential of the caller is not passed on. */
  readonly noPassthrough: boolean
  /** What a registration answered is what was asked for. */
  readonly registrationEcho: boolean
  /** Each server has a registration and a redirect URI of its own. */
  readonly clientPerServer: boolean
  /** Credentials go to the issuer that they came from. */
  readonly issuerBinding: boolean
  /** More scopes only after somebody agreed. */
  readonly scopeApproval: boolean
  /** One refresh at a time on this machine. */
  readonly oneRefresh: boolean
  /** ID tokens that come along are checked. */
  readonly idTokenClaims: boolean
  /** The URL of client metadata is one that the world can read. */
  readonly publicClientUrl: boolean
}

/** Everything on. */
export const allDefences: Defences = {
  publicAddresses: true,
  pinnedAddresses: true,
  secureUrls: true,
  sameOriginRedirects: true,
  issuerEcho: true,
  resourceEcho: true,
  pkceAdvertised: true,
  responseIssuer: true,
  responseState: true,
  tokenOrigin: true,
  noPassthrough: true,
  registrationEcho: true,
  clientPerServer: true,
  issuerBinding: true,
  scopeApproval: true,
  oneRefresh: true,
  idTokenClaims: true,
  publicClientUrl: true,
}

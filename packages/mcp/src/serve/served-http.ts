/** Where and for whom a server listens. */
export interface HttpOptions {
  /** 0 for any that is free. */
  readonly port: number
  /** The address to listen on, and a name under which clients reach it; `127.0.0.1` when left out. */
  readonly host?: string
  /** What clients must bear. May only be left out on an address of this machine alone. */
  readonly token?: string
}

/** A server that listens. Disposing of it lets calls end for five seconds, interrupts the others, and closes. */
export interface ServedHttp extends AsyncDisposable {
  readonly url: string
}

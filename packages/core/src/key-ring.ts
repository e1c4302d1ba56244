/** A key and the name under which stored data refers to it. */
export interface Key {
  readonly id: string
  /** 32 bytes (AES-256). */
  readonly bytes: Uint8Array
}

/** Keys kept outside the database, in a file or a KMS, shared by every worker. Destroying a scope's key destroys what was written under it. */
export interface KeyRing {
  /** The present key of a scope, made at first use; or the named older one, `undefined` once it was destroyed. */
  get(scope: string, id?: string): Promise<Key | undefined>
  /** Destroys every key of a scope for good. */
  destroy(scope: string): Promise<void>
}

/**
 * Where credentials are kept: small texts by keys. What is written is there whole or not at all, whatever happens to the process, and nobody else can read it.
 */
export interface CredentialStore {
  read(key: string): Promise<string | undefined>
  write(key: string, value: string): Promise<void>
  remove(key: string): Promise<void>
  /**
   * Does work while nobody else does any under the same key, in this process or another that uses the same store. A holder that ends, by whatever means, holds
   * nothing any more. Rejects with the signal's reason where it is aborted before the work began.
   */
  exclusive<T>(key: string, work: () => Promise<T>, signal: AbortSignal): Promise<T>
}

export type { ResolveHost } from '@keepup/network'

export { oauthMiddleware } from './oauth-middleware.ts'
export { type OAuthSession, oauthSession } from './oauth-session.ts'
export type {
  ClientSettings,
  Compatibility,
  Grant,
  IdentityProvider,
  LoginRequest,
  OAuthEvent,
  OAuthOptions,
  SigningAlgorithm,
} from './oauth-options.ts'
export type { OAuthRefusal } from './oauth-failure.ts'
export type { Reach } from './network/reach.ts'

// Who agrees
export { type StartProgram, systemBrowser } from './browser/system-browser.ts'
export { clientMetadataDocument } from './registration/client-metadata.ts'

// Where credentials are kept
export type { CredentialStore } from './store/credential-store.ts'
export { type EncryptedFilesOptions, encryptedFiles } from './store/encrypted-files.ts'
export { environmentKey, fileKey, keychainKey, type KeychainKeyOptions } from './store/encryption-keys.ts'
export { memoryCredentials } from './store/memory-credentials.ts'

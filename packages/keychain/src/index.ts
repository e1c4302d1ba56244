export { type Keychain, type KeychainRefusal, systemKeychain } from './system-keychain.ts'

import {
  type ConfigurationOptions,
  loadConfiguration,
  type McpConfiguration,
} from '@keepup/mcp/configuration'

import type { Environment } from '../host.ts'
import { mcpFolders } from './mcp-folders.ts'

/** Where the servers of a folder are configured, and where their secrets are. */
export function configurationOptions(folder: string, environment: Environment): ConfigurationOptions {
  return {
    folder,
    environment,
    own: mcpFolders(environment).configuration,
    async secret(name) {
      const { readKeychain } = await import('../keys/keychain.ts')
      return readKeychain(name)
    },
  }
}

/** Every server that is configured for a folder. Starts nothing, and never fails. */
export function loadServers(folder: string, environment: Environment): Promise<McpConfiguration> {
  return loadConfiguration(configurationOptions(folder, environment))
}

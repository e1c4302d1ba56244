import { uriOf } from './file-uri.ts'
import type { ServerLaunch } from './language-server.ts'

/** The parameters of `initialize`. */
export function initialization(folder: string, { initializationOptions }: ServerLaunch): unknown {
  return {
    // Servers that look after it end when this process is gone, in addition to the leash.
    processId: process.pid,
    clientInfo: { name: 'keepup' },
    rootPath: folder,
    rootUri: uriOf(folder),
    workspaceFolders: [{ uri: uriOf(folder), name: folder }],
    ...(initializationOptions === undefined ? {} : { initializationOptions }),
    capabilities: {
      general: { positionEncodings: ['utf-16'] },
      window: { workDoneProgress: true },
      workspace: {
        configuration: true,
        workspaceFolders: true,
        didChangeConfiguration: {},
        didChangeWatchedFiles: { dynamicRegistration: true },
        symbol: {},
        workspaceEdit: { documentChanges: true },
      },
      textDocument: {
        synchronization: { didSave: true },
        publishDiagnostics: { versionSupport: true },
        diagnostic: { dynamicRegistration: true },
        definition: { linkSupport: true },
        references: {},
        documentSymbol: { hierarchicalDocumentSymbolSupport: true },
        rename: { prepareSupport: false },
      },
    },
  }
}

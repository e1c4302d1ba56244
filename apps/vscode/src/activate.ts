import * as vscode from 'vscode'

import { startExtension } from './start-extension.ts'

/** Called by the editor when something of the extension is used first. */
export function activate(context: vscode.ExtensionContext): void {
  const extension = startExtension(vscode, context, process.env)
  context.subscriptions.push({ dispose: () => void extension.stop() })
  stop = () => extension.stop()
}

/** Called by the editor before it ends: it waits for this. */
export async function deactivate(): Promise<void> {
  await stop?.()
}

let stop: (() => Promise<void>) | undefined

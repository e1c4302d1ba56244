import { KeepupError } from '@keepup/core'

import type { Editor } from './editor.ts'

/** The folder that the agent works in: the first that is open. Fails `input-invalid` where there is none on the disk, or the person does not trust it. */
export function openFolder({ workspace }: Pick<Editor, 'workspace'>): string {
  if (!workspace.isTrusted)
    throw new KeepupError(
      'input-invalid',
      'This folder is not trusted, and an agent would run what it says. Trust it first: "Workspaces: Manage Workspace Trust".',
    )
  const folder = workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')
  if (folder !== undefined) return folder.uri.fsPath
  throw new KeepupError('input-invalid', 'No folder is open. Open the folder that the agent is to work in.')
}

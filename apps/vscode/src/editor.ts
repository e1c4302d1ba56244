import type * as vscode from 'vscode'

/** The interface of the editor. Only the entry point imports it; everything else is given it, so that a test can give another one. */
export type Editor = typeof vscode

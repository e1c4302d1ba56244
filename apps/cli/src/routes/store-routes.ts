import { buildCommand, buildRouteMap } from '@stricli/core'

import { type CommandLine, performs } from '../command-line.ts'
import { duration } from './duration-flag.ts'
import { jsonFlag, storePlaceFlags, textFlag } from './run-flags.ts'

/** The flags of the commands about a store. */
export interface StoreFileFlags {
  readonly store?: string
  readonly keys?: string
  readonly keyRing?: string
  readonly json: boolean
}

const flags = { ...storePlaceFlags, json: jsonFlag('Print lines of JSON') }

/** The flags of `keepup store verify`. */
export interface VerifyFlags extends StoreFileFlags {
  readonly repair: boolean
}

/** The flags of `keepup store export` and `copy`. */
export interface ExportFlags extends StoreFileFlags {
  readonly threads?: string
}

const file = { brief: 'The file', parse: String, placeholder: 'file' }
const threads = textFlag('Only these threads, and those they were forked from', 'thread,...')

const statsRoute = buildCommand<StoreFileFlags, [], CommandLine>({
  loader: async () => performs((await import('../commands/store-stats.ts')).storeStats),
  parameters: { flags },
  docs: { brief: 'Count what the store holds' },
})

const verifyRoute = buildCommand<VerifyFlags, [], CommandLine>({
  loader: async () => performs((await import('../commands/store-verify.ts')).storeVerify),
  parameters: {
    flags: {
      ...flags,
      repair: jsonFlag('Make a new store of what is whole, and keep the damaged one'),
    },
  },
  docs: {
    brief: 'Hold every entry and artifact against its hash',
    fullDescription: [
      'Reads the whole store and names the threads, entries and artifacts that are not',
      'as they were written. Exits 25 where there are any.',
      '',
      'With --repair, what is whole goes into a new file that takes the place of the',
      'store: each thread up to its first damaged entry. The damaged file stays beside',
      'it, and readable entries after the damage are written to a file of JSON lines.',
      'A server is only read: there what is whole goes into a new file.',
      '',
      'With --keys the content of an encrypted store is opened as well.',
    ].join('\n'),
  },
})

const copyRoute = buildCommand<ExportFlags, [string], CommandLine>({
  loader: async () => performs((await import('../commands/store-copy.ts')).storeCopy),
  parameters: { flags: { ...flags, threads }, positional: { kind: 'tuple', parameters: [file] } },
  docs: { brief: 'Copy threads into another store; again, to bring over what is new' },
})

const backupRoute = buildCommand<StoreFileFlags, [string], CommandLine>({
  loader: async () => performs((await import('../commands/store-backup.ts')).storeBackup),
  parameters: { flags, positional: { kind: 'tuple', parameters: [file] } },
  docs: { brief: 'Write a copy of the whole store, also while agents run' },
})

const migrateRoute = buildCommand<StoreFileFlags, [], CommandLine>({
  loader: async () => performs((await import('../commands/store-migrate.ts')).storeMigrate),
  parameters: { flags },
  docs: { brief: "Bring the store's tables to this version, as every command does" },
})

const exportRoute = buildCommand<ExportFlags, [string?], CommandLine>({
  loader: async () => performs((await import('../commands/store-export.ts')).storeExport),
  parameters: {
    flags: { ...flags, threads },
    positional: {
      kind: 'tuple',
      parameters: [{ ...file, optional: true, brief: 'The file (default: print)' }],
    },
  },
  docs: { brief: 'Write threads as lines of JSON that can be checked and imported' },
})

const importRoute = buildCommand<StoreFileFlags, [string], CommandLine>({
  loader: async () => performs((await import('../commands/store-import.ts')).storeImport),
  parameters: {
    flags,
    positional: { kind: 'tuple', parameters: [{ ...file, brief: 'The file; - for standard input' }] },
  },
  docs: { brief: 'Take over exported threads with their hashes, but for known ones' },
})

/** The flags of `keepup store prune`. */
export interface PruneFlags extends ExportFlags {
  readonly keep?: number
  readonly olderThan?: number
  readonly ignoreTags: boolean
  readonly dryRun: boolean
}

const pruneRoute = buildCommand<PruneFlags, [], CommandLine>({
  loader: async () => performs((await import('../commands/store-prune.ts')).storePrune),
  parameters: {
    flags: {
      ...flags,
      threads: textFlag('Only these threads', 'thread,...'),
      keep: {
        kind: 'parsed',
        parse: count,
        optional: true,
        placeholder: 'number',
        brief: 'Keep so many last steps',
      },
      olderThan: {
        kind: 'parsed',
        parse: duration,
        optional: true,
        placeholder: 'time',
        brief: 'Prune only what is older: 720h',
      },
      ignoreTags: jsonFlag('Prune tagged positions too'),
      dryRun: jsonFlag('Only say what would be done'),
    },
  },
  docs: {
    brief: 'Replace the old past of threads by its outcome, for good',
    fullDescription: [
      'Entries that need not be kept are replaced by one that holds the state they led',
      'to. Threads go on as before, but what was pruned can be neither shown nor',
      'rewound to.',
      'What a tag, a fork or a later rewind leads back to is kept.',
      '',
      '  keepup store prune --keep 200 --older-than 720h --dry-run',
    ].join('\n'),
  },
})

/** The flags of `keepup store erase`. */
export interface EraseFlags extends StoreFileFlags {
  readonly entries?: readonly number[]
  readonly forks: boolean
  readonly rowsOnly: boolean
}

const eraseRoute = buildCommand<EraseFlags, [string], CommandLine>({
  loader: async () => performs((await import('../commands/store-erase.ts')).storeErase),
  parameters: {
    flags: {
      ...flags,
      entries: {
        kind: 'parsed',
        parse: positions,
        optional: true,
        placeholder: 'n,...',
        brief: 'Only the content of these entries; the chain stays whole',
      },
      forks: jsonFlag('Erase its forks as well'),
      rowsOnly: jsonFlag('On a server without encryption: delete what can be deleted'),
    },
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'The thread, by its whole name', parse: String, placeholder: 'thread' }],
    },
  },
  docs: {
    brief: 'Destroy a thread, or entries of it, for good, with a receipt',
    fullDescription: [
      'Takes content out of the database and its log, artifacts that no other entry',
      'names, and snapshots of files that no other thread goes back to. With',
      'encryption the keys go too, and with them what copies and backups hold. The',
      'receipt names what cannot be reached.',
    ].join('\n'),
  },
})

function count(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 1) throw new Error('a whole number above 0')
  return number
}

function positions(text: string): readonly number[] {
  return text.split(',').map((each) => count(each.trim()))
}

const encryptRoute = buildCommand<StoreFileFlags, [], CommandLine>({
  loader: async () => performs((await import('../commands/store-encrypt.ts')).storeEncrypt),
  parameters: { flags },
  docs: {
    brief: 'Encrypt what is stored from now on; make the key if need be',
    fullDescription: [
      'Each thread has a key of its own, and artifacts have one; they lie in a folder',
      '(--key-ring) and are opened by a root key that is kept in a file, in the',
      'keychain or in a variable (--keys). Every command then needs --keys, or',
      'KEEPUP_KEYS, or "keys" in your settings.',
      '',
      'Names of threads, types, times and labels stay readable, and what was stored',
      'before stays as it was.',
      '',
      '  keepup store encrypt --keys ~/.config/keepup/root.key',
    ].join('\n'),
  },
})

/** The flags of `keepup store rotate`. */
export interface RotateFlags extends StoreFileFlags {
  readonly root?: string
}

const rotateRoute = buildCommand<RotateFlags, [], CommandLine>({
  loader: async () => performs((await import('../commands/store-rotate.ts')).storeRotate),
  parameters: {
    flags: { ...flags, root: textFlag('Where the new root key is kept', 'file|env:NAME|keychain') },
  },
  docs: {
    brief: 'Take new keys for what is stored from now on, or a new root key',
    fullDescription: [
      'Without --root every thread gets a new key; older content stays readable under',
      'the older ones. With --root all keys of the ring, also those of other stores,',
      'are opened by the new root key from one moment on, and no more by the old one.',
      'Killed in the middle it is ended by the same command.',
    ].join('\n'),
  },
})

/** `keepup store stats|verify|copy|backup|migrate|export|import|prune|erase|encrypt|rotate` */
export const storeRoutes = buildRouteMap({
  routes: {
    stats: statsRoute,
    verify: verifyRoute,
    copy: copyRoute,
    backup: backupRoute,
    migrate: migrateRoute,
    export: exportRoute,
    import: importRoute,
    prune: pruneRoute,
    erase: eraseRoute,
    encrypt: encryptRoute,
    rotate: rotateRoute,
  },
  docs: { brief: 'Look after the database that threads are kept in' },
})

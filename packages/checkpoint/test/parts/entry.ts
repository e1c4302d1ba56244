import type { NewEntry, Owner } from '@keepup/core'

/** A storable entry that says something. */
export function note(data: unknown, more: Partial<NewEntry> = {}): NewEntry {
  return { type: 'note-taken', version: 1, critical: false, time: 1_000, by: 'user', data, ...more }
}

/** The entry that hides what came after `to`. */
export function rewound(to: unknown): NewEntry {
  return note({ to }, { type: 'thread-rewound', critical: true })
}

/** A process that nobody can prove dead. */
export function stranger(instance: string): Owner {
  return { host: 'elsewhere', boot: 'some-boot', process: 4_711, started: '99', instance }
}

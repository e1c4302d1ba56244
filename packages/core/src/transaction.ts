/**
 * A transaction of an opened database, as `database-sqlite` and `database-postgres` give it. `Checkpointer.within` joins it, so that other
 * owners' rows (a queue, an outbox, an index) commit with the entries. Opaque here; a backend refuses one of another database.
 */
export interface Transaction {
  readonly [transactionBrand]: object
}

/** Carries the database that a transaction belongs to. */
export const transactionBrand: unique symbol = Symbol.for('keepup.transaction')

/** A text cannot be read as JSON, even with forgiveness. Thrown and caught inside the repair alone. */
export class NotRepairable extends Error {}

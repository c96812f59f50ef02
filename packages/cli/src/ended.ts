/** A fault that ends a command: what to tell the person, and the exit code. */
export class Ended extends Error {
  readonly code: 1 | 2;
  constructor(code: 1 | 2, message: string) {
    super(message);
    this.code = code;
  }
}

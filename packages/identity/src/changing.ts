/** A value that stays, or the way to ask for the one in force: a key file is read anew while the program runs. */
export type Changing<T extends object> = T | (() => T);

/** What `make` gives for the value in force, made again when another takes its place. A value is another when it is another object. */
export function latest<T extends object, Made>(source: Changing<T>, make: (value: T) => Made): () => Made {
  const current = typeof source === 'function' ? (source as () => T) : () => source;
  let from = current();
  let made = make(from);
  return () => {
    const now = current();
    if (now !== from) {
      made = make(now);
      from = now;
    }
    return made;
  };
}

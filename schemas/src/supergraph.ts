import { fileURLToPath } from 'node:url';

/** Path of the composed schema this release was built with; it lies beside `src` and `dist` alike. */
export const supergraphFile: string = fileURLToPath(new URL('../supergraph.graphql', import.meta.url));

/**
 * Tries a loaded release before it serves anybody: the trusted documents run on it, at the real owners, as the public. A silent owner says nothing
 * about a release; what fails alike on the release that is served now is not the new one's fault.
 */
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import type { RequestContext } from '../context.ts';
import { createReplaceableEngine, type LoadedRelease } from '../engine/replaceable.ts';
import { queryLimits } from '../limits/query-limits.ts';
import type { KnownDocument } from '../plans/warm-plans.ts';

/** What the canary works with. */
export type CanaryOptions = {
  readonly documents: readonly KnownDocument[];
  /** The context of one probe: nobody's token, a deadline of its own. */
  readonly context: () => Promise<RequestContext>;
};

/** One document that fails on the candidate and not on what is served. */
export type CanaryFinding = { readonly document: string; readonly fault: string };

/** Runs the documents on the candidate, one after the other so that clients keep most of the process; all that is wrong with it, or nothing. */
export async function tryRelease(candidate: LoadedRelease, served: LoadedRelease, options: CanaryOptions): Promise<CanaryFinding[]> {
  if (options.documents.length === 0) return [];
  const [canary, live] = await Promise.all([candidate, served].map(serverOf));
  try {
    const findings: CanaryFinding[] = [];
    for (const document of options.documents) {
      const faults = await faultsOf(canary, document, options);
      if (faults.length === 0) continue;
      const before = new Set(await faultsOf(live, document, options));
      for (const fault of faults) if (!before.has(fault)) findings.push({ document: document.name, fault });
    }
    return findings;
  } finally {
    await Promise.all([canary?.stop(), live?.stop()]);
  }
}

async function serverOf(release: LoadedRelease): Promise<ApolloServer<RequestContext>> {
  const server = new ApolloServer<RequestContext>({
    gateway: createReplaceableEngine(release).gateway,
    includeStacktraceInErrorResponses: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    ...queryLimits(),
    plugins: [ApolloServerPluginLandingPageDisabled()],
    logger: { debug() {}, info() {}, warn() {}, error() {} },
  });
  await server.start();
  return server;
}

// What an owner that is away, slow or overloaded says tells nothing of the release that asked it.
const ofTheMoment = new Set(['OWNER_TIMEOUT', 'OWNER_UNREACHABLE', 'OVERLOADED', 'AUDIT_UNAVAILABLE', 'NOT_READY']);

async function faultsOf(
  server: ApolloServer<RequestContext> | undefined,
  { text, variables = {} }: KnownDocument,
  options: CanaryOptions,
): Promise<string[]> {
  try {
    const response = await server?.executeOperation({ query: text, variables }, { contextValue: await options.context() });
    if (response?.body.kind !== 'single') return ['no single answer'];
    const { errors = [], extensions } = response.body.singleResult;
    const faults = errors.map((error) => {
      const { code, owner } = error.extensions ?? {};
      return [code ?? 'INTERNAL_SERVER_ERROR', owner].filter((part) => part !== undefined).join(' of ');
    });
    // A null where the schema allows none: the engine takes the object away and says so here alone.
    if (Array.isArray(extensions?.['valueCompletion']) && errors.length === 0) faults.push('a value the schema forbids');
    return [...new Set(faults)].filter((fault) => !ofTheMoment.has(fault.split(' ')[0] ?? ''));
  } catch {
    return ['INTERNAL_SERVER_ERROR'];
  }
}

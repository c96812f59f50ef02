/** Settings of the release that is served; read by `config.ts` with all the others. */
import { z } from 'zod';

/** Where releases come from, who may sign them, and where accepted ones are kept. */
export type ReleaseConfig = {
  /** One release file that is replaced, or a folder of them. */
  readonly source: string;
  /** Public keys, one or two; read anew at every look. */
  readonly keysFile: string;
  /** Folder of this gateway alone: the last five good ones. */
  readonly folder: string;
  readonly intervalMs: number;
  /** Folder of the documents a release must answer; absent: a release is loaded, and not asked anything. */
  readonly trustedDocuments?: string | undefined;
  readonly goBack?: { readonly from: number; readonly to: number } | undefined;
  /** Keys made for a local corridor are refused. */
  readonly production: boolean;
};

/** The variables, for the gateway's own environment. */
export const releaseEnvironment = {
  RELEASE_FILE: z.string(),
  RELEASE_KEYS_FILE: z.string(),
  RELEASES_DIR: z.string(),
  RELEASE_INTERVAL_MS: z.coerce.number().int().min(100).default(10_000),
  RELEASE_GO_BACK: z
    .string()
    .regex(/^[1-9]\d*:[1-9]\d*$/, 'is <version accepted last>:<version to serve again>')
    .optional(),
  TRUSTED_DOCUMENTS_DIR: z.string().optional(),
  NODE_ENV: z.string().optional(),
};

/** The settings, from what was read. */
export function releaseConfig(read: z.infer<z.ZodObject<typeof releaseEnvironment>>): ReleaseConfig {
  const [from = 0, to = 0] = (read.RELEASE_GO_BACK ?? '').split(':').map(Number);
  return {
    source: read.RELEASE_FILE,
    keysFile: read.RELEASE_KEYS_FILE,
    folder: read.RELEASES_DIR,
    intervalMs: read.RELEASE_INTERVAL_MS,
    trustedDocuments: read.TRUSTED_DOCUMENTS_DIR,
    goBack: read.RELEASE_GO_BACK === undefined ? undefined : { from, to },
    production: read.NODE_ENV === 'production',
  };
}

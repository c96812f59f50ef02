import {
  type DenyList,
  denyListFile,
  denyListOf,
  type GatewayKey,
  gatewaysFile,
  gatewayTable,
  type HopKey,
  hopKeysFile,
  hopKeyTable,
  nobodyDenied,
} from '@corridor/identity';
import { followFile, type Logger, readJsonFile } from '@corridor/runtime';
import type { Clock } from '@corridor/schemas';

/** The files behind it; an owner that is given values alone has none. */
export type TrustFiles = { readonly hopKeys: string; readonly gateways: string; readonly denyList?: string | undefined };

/** Whom an owner lets in: what is in force now. */
export type OwnerTrust = {
  readonly hopKeys: () => readonly HopKey[];
  readonly gateways: () => readonly GatewayKey[];
  readonly denied: DenyList;
};

/**
 * An owner's keys and deny list, read anew when their files change, so that a key is replaced and a caller shut out without a restart.
 * @throws CONFIG_INVALID for a deny list that cannot be right at the start
 */
export function followTrust(
  config: { readonly hopKeys: readonly HopKey[]; readonly gateways: readonly GatewayKey[]; readonly trustFiles?: TrustFiles | undefined },
  options: { readonly owner: string; readonly clock: Clock; readonly log: Logger },
): OwnerTrust {
  const { owner, clock, log } = options;
  const { hopKeys, gateways, trustFiles: files } = config;
  if (files === undefined) return { hopKeys: () => hopKeys, gateways: () => gateways, denied: nobodyDenied };
  const follow = <T>(path: string, read: (path: string) => T): (() => T) => followFile({ path, read, clock, log });
  const denied =
    files.denyList === undefined
      ? () => nobodyDenied
      : follow(files.denyList, (path) => denyListOf(readJsonFile(path, denyListFile), clock));
  return {
    hopKeys: follow(files.hopKeys, (path) => {
      const keys = readJsonFile(path, hopKeysFile);
      hopKeyTable(keys, owner);
      return keys;
    }),
    gateways: follow(files.gateways, (path) => {
      const listed = readJsonFile(path, gatewaysFile);
      gatewayTable(listed);
      return listed;
    }),
    denied: (who) => denied()(who),
  };
}

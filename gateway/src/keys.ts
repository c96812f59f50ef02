/** What the gateway signs with, and whom it shuts out: read anew when a file changes, so that a key is replaced without a restart. */
import { checkPassportKey, type DenyList, denyListFile, denyListOf, hopKeysFile, hopKeyTable, nobodyDenied } from '@corridor/identity';
import { followFile, type Logger, readJsonFile } from '@corridor/runtime';
import { type Clock, invariant } from '@corridor/schemas';
import type { JWK } from 'jose';
import { type GatewayConfig, passportKeyFile } from './config.ts';
import type { OwnerAddress } from './owners/owner-client.ts';

/** The keys in force now. */
export type GatewayKeys = {
  readonly passportKey: () => JWK;
  /** Where an owner is; its `hopKey` is the newest of the file, asked for per request. */
  addressOf(owner: string): OwnerAddress;
  readonly denied: DenyList;
};

/** Follows the files that the configuration names; what it holds as values stays. @throws CONFIG_INVALID for a deny list that cannot be right at the start */
export function followKeys(config: GatewayConfig, options: { readonly clock: Clock; readonly log: Logger }): GatewayKeys {
  const follow = <T>(path: string, read: (path: string) => T): (() => T) => followFile({ path, read, ...options });
  const { passportKey, passportKeyFile: keyFile, denyListFile: listFile, owners } = config;
  const denied =
    listFile === undefined ? () => nobodyDenied : follow(listFile, (path) => denyListOf(readJsonFile(path, denyListFile), options.clock));
  return {
    passportKey:
      keyFile === undefined
        ? () => passportKey
        : follow(keyFile, (path) => {
            const key = readJsonFile(path, passportKeyFile) as JWK;
            checkPassportKey(key);
            return key;
          }),
    addressOf(owner) {
      const address = owners[owner];
      invariant(address !== undefined, 'an address is asked for of owners that are configured');
      const { url, hopKey, hopKeyFile } = address;
      if (hopKeyFile === undefined) return { owner, url, hopKey };
      const newest = follow(hopKeyFile, (path) => {
        const keys = readJsonFile(path, hopKeysFile);
        hopKeyTable(keys, owner);
        return keys[0] ?? hopKey;
      });
      return {
        owner,
        url,
        get hopKey() {
          return newest();
        },
      };
    },
    denied: (who) => denied()(who),
  };
}

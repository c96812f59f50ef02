import type { GatewayInterface } from '@apollo/server-gateway-interface';

/**
 * What plans and merges: everything else of the gateway (door, limits, owners, answer) lies outside, so that another engine can take its place.
 * The present one is the reference engine.
 */
export type Engine = {
  /** What Apollo Server runs operations with. */
  readonly gateway: GatewayInterface;
};

/**
 * Where a program listens and how its clients know it: in clear text on loopback or behind a proxy, or with TLS that ends in the program itself. Only
 * there is a client's certificate seen; a proxy's header that claims one is no certificate.
 */
import { createServer as createTlsServer } from 'node:https';
import { TLSSocket, Server as TlsServer } from 'node:tls';
import { CorridorError } from '@corridor/schemas';
import type { FastifyRequest, FastifyServerFactory, RawServerDefault } from 'fastify';
import { z } from 'zod';
import { readSecretFile } from './config.ts';

/** How a program is reached. */
export type ListenerSettings = {
  /** Address that clients use, without a path at its end: `https://api.corridor.example`. Absent: the one it listens at. */
  readonly publicUrl?: string | undefined;
  /** PEM of the certificate chain and of its key; absent: clear text. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
};

/** What a request shows of who sent it, beside its token; `@corridor/identity` checks it. */
export type RequestSender = {
  readonly method: string;
  /** Address of the request as its client knows it: from the settings, never from `Host`. */
  readonly url: string;
  /** The `DPoP` header; several are joined by commas. */
  readonly dpop: string | undefined;
  /** DER of the client's certificate, where TLS ends here and the client has one. Its key was shown in the handshake; who issued it is not looked at. */
  readonly certificate: () => Uint8Array | undefined;
};

/** The part of a program's environment that concerns its listener, to be spread into its schema. */
export const listenerEnvironment = {
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  TLS_CERT_FILE: z.string().optional(),
  TLS_KEY_FILE: z.string().optional(),
} as const;

/** The settings in that environment. @throws CONFIG_INVALID for one of the two files without the other, or one that cannot be read */
export function listenerSettings(read: {
  readonly PUBLIC_URL?: string | undefined;
  readonly TLS_CERT_FILE?: string | undefined;
  readonly TLS_KEY_FILE?: string | undefined;
}): ListenerSettings {
  const { PUBLIC_URL: publicUrl, TLS_CERT_FILE: cert, TLS_KEY_FILE: key } = read;
  if (cert === undefined && key === undefined) return { publicUrl };
  if (cert === undefined || key === undefined)
    throw new CorridorError('CONFIG_INVALID', { detail: 'TLS_CERT_FILE and TLS_KEY_FILE: both or neither' });
  return { publicUrl, tls: { cert: readSecretFile(cert), key: readSecretFile(key) } };
}

/** The option that gives Fastify a server with TLS, where the settings hold a certificate; `limits` are those of `node:http`. */
export function withTls(
  listener: ListenerSettings | undefined,
  limits: Parameters<typeof createTlsServer>[0],
): { readonly serverFactory?: FastifyServerFactory<RawServerDefault> } {
  const tls = listener?.tls;
  if (tls === undefined) return {};
  // Each client is asked for a certificate and none needs one: a token that is bound to a certificate names it, whoever issued it (RFC 8705 §2.2).
  const options = {
    ...limits,
    ...tls,
    minVersion: 'TLSv1.2',
    requestCert: true,
    rejectUnauthorized: false,
    handshakeTimeout: 10_000,
  } as const;
  return { serverFactory: (handler) => createTlsServer(options, handler) };
}

/** Whether TLS ends in this server. */
export function hasTls(server: object): boolean {
  return server instanceof TlsServer;
}

/** What `request` shows of its sender. */
export function senderOf(request: FastifyRequest, { publicUrl }: ListenerSettings): RequestSender {
  const { dpop } = request.headers;
  const { socket } = request.raw;
  return {
    method: request.method,
    url: `${(publicUrl ?? originOf(request.server)).replace(/\/$/, '')}${request.url}`,
    dpop: Array.isArray(dpop) ? dpop.join(', ') : dpop,
    certificate: () => (socket instanceof TLSSocket ? socket.getPeerX509Certificate()?.raw : undefined),
  };
}

function originOf(server: FastifyRequest['server']): string {
  const [address] = server.addresses();
  if (typeof address !== 'object') return '';
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `${hasTls(server.server) ? 'https' : 'http'}://${host}:${address.port}`;
}

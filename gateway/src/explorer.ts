/** GraphiQL at `/explorer`: one page, bundled, no request leaves for anywhere but this gateway. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';

/** The page, plain and compressed (gzip, RFC 1952), its entity tag, and the policy under which it may run. */
export type Explorer = { readonly html: string; readonly gzip: Buffer; readonly etag: string; readonly contentSecurityPolicy: string };

/** Renders the page once, at start; the policy allows its own inline script by digest and nothing from elsewhere. */
export function createExplorer(): Explorer {
  const html = renderGraphiQL({
    endpoint: '/graphql',
    title: 'Corridor Gateway',
    isHeadersEditorEnabled: true,
    credentials: 'omit',
    defaultQuery: firstQuery,
  });
  const scripts = [...html.matchAll(/<script(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(
    ([, code = '']) => `'sha256-${createHash('sha256').update(code).digest('base64')}'`,
  );
  return {
    html,
    gzip: gzipSync(html),
    etag: `"${createHash('sha256').update(html).digest('base64url')}"`,
    contentSecurityPolicy: [
      "default-src 'self'",
      `script-src 'self' ${scripts.join(' ')}`,
      "style-src 'self' 'unsafe-inline'",
      'worker-src blob:',
      'font-src data:',
      "img-src 'self' data:",
      "object-src 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "form-action 'none'",
    ].join('; '),
  };
}

/** The query a newcomer finds there and sends first, as it is. */
export const firstQuery = `# 公开数据，无需令牌。其余数据请在 Headers 中填写：
# Public data needs no token. For the rest put into Headers:
#   {"authorization": "Bearer <token>"}     npm run -s token -- cq-officer
{
  facilities(first: 20) {
    nodes {
      id
      party { code }
      facility { id facilityName { zh en } facilityTypeCode UNLocationCode }
    }
  }
}
`;

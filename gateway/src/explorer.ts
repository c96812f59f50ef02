/** GraphiQL at `/explorer`: one page, bundled, no request leaves for anywhere but this gateway. */
import { createHash } from 'node:crypto';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';

/** The page and the policy under which it may run. */
export type Explorer = { readonly html: string; readonly contentSecurityPolicy: string };

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

const firstQuery = `# 公开数据，无需令牌；其余数据请在 Headers 中填写 {"authorization": "Bearer …"}
# Public data needs no token; for the rest put {"authorization": "Bearer …"} into Headers.
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

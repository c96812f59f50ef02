import { defineConfig } from 'prisma/config';

// The default export is what the Prisma CLI reads. No datasource: the CLI never meets a database here, see scripts/prisma.mjs.
export default defineConfig({ schema: 'schema.prisma', migrations: { path: 'migrations' } });

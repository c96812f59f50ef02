/** Makes the templates of both databases: `node --import tsx --conditions=corridor:source scripts/template.mjs`, or `npm run template`. */
import { makeTemplate } from '../src/template.ts';

for (const model of ['party', 'directory']) {
  await makeTemplate(model);
  console.log(`template/${model}.tar.gz`);
}

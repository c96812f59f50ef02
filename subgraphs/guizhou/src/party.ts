import { type PartyDefinition, readDefinition } from '@corridor/party';

/** Guizhou: inland rail. */
export const party: PartyDefinition = readDefinition(new URL('../', import.meta.url), {
  code: 'guizhou',
  audience: 'subgraph-gz',
  controllers: ['customs', 'railway', 'road', 'free-zone', 'logistics-office'],
  profileController: 'logistics-office',
  contacts: [{ contactName: { zh: '国际贸易“单一窗口”服务热线', en: 'International Trade Single Window hotline' }, telephone: '95198' }],
});

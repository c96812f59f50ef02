import { type PartyDefinition, readDefinition } from '@corridor/party';

/** Gansu: inland rail, where the fruit comes from. */
export const party: PartyDefinition = readDefinition(new URL('../', import.meta.url), {
  code: 'gansu',
  audience: 'subgraph-gs',
  controllers: ['customs', 'railway', 'road', 'free-zone', 'logistics-office'],
  profileController: 'logistics-office',
  contacts: [{ contactName: { zh: '国际贸易“单一窗口”服务热线', en: 'International Trade Single Window hotline' }, telephone: '95198' }],
});

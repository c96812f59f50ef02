import { type PartyDefinition, readDefinition } from '@corridor/party';

/** Chongqing: inland hub, rail and river. */
export const party: PartyDefinition = readDefinition(new URL('../', import.meta.url), {
  code: 'chongqing',
  audience: 'subgraph-cq',
  controllers: ['customs', 'maritime', 'port-operator', 'railway', 'road', 'waterway', 'free-zone', 'logistics-office'],
  profileController: 'logistics-office',
  contacts: [{ contactName: { zh: '国际贸易“单一窗口”服务热线', en: 'International Trade Single Window hotline' }, telephone: '95198' }],
});

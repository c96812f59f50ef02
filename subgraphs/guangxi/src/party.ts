import { type PartyDefinition, readDefinition } from '@corridor/party';

/** Guangxi: the sea and river ports and the land crossings to Vietnam. Places after the notice 桂政办发〔2018〕56号 and the list of places of the corridor. */
export const party: PartyDefinition = readDefinition(new URL('../', import.meta.url), {
  code: 'guangxi',
  audience: 'subgraph-gx',
  controllers: [
    'customs',
    'border-inspection',
    'maritime',
    'port-operator',
    'railway',
    'road',
    'waterway',
    'free-zone',
    'logistics-office',
  ],
  profileController: 'logistics-office',
  contacts: [{ contactName: { zh: '国际贸易“单一窗口”服务热线', en: 'International Trade Single Window hotline' }, telephone: '95198' }],
});

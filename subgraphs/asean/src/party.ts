import { type PartyDefinition, readDefinition } from '@corridor/party';

/** ASEAN with Singapore: one adapter for its members; a controller bears its member in front. */
export const party: PartyDefinition = readDefinition(new URL('../', import.meta.url), {
  code: 'asean',
  audience: 'subgraph-asean',
  controllers: [
    'SG.customs',
    'SG.maritime',
    'SG.port-operator',
    'SG.logistics-office',
    'VN.customs',
    'VN.border-inspection',
    'VN.maritime',
    'VN.port-operator',
    'VN.road',
    'TH.port-operator',
    'MY.port-operator',
    'LA.customs',
    'LA.railway',
  ],
  profileController: 'SG.logistics-office',
  contacts: [{ contactName: { zh: '走廊接入服务台', en: 'Corridor adapter service desk' }, email: 'corridor@example.org' }],
});

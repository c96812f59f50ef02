import type { OpeningRules, PartyDefinition } from '../definition.ts';

const everyDay: OpeningRules = { weekly: Array.from({ length: 7 }, () => ({ opens: '00:00', closes: '24:00' })) };

/** Guangxi with one place of each kind. */
export const guangxiUnderTest: PartyDefinition = {
  code: 'guangxi',
  audience: 'subgraph-gx',
  controllers: ['port-operator', 'customs'],
  profileController: 'logistics-office',
  contacts: [{ contactName: { zh: '单一窗口热线', en: 'Single Window hotline' }, telephone: '95198' }],
  facilities: [
    {
      localCode: 'qinzhou',
      noun: 'port',
      controllerCode: 'port-operator',
      name: { zh: '钦州港', en: 'Qinzhou Port' },
      facilityTypeCode: 'POTE',
      timeZone: 'Asia/Shanghai',
      UNLocationCode: 'CNQZH',
      portCategory: 'SEA',
      berths: [{ berthCode: 'QZ-7', berthName: { zh: '7号泊位' }, maxDraughtMetres: 14.5 }],
      openingRules: everyDay,
    },
    {
      localCode: 'qinzhou-rail',
      noun: 'terminal',
      controllerCode: 'port-operator',
      name: { en: 'Qinzhou rail container terminal' },
      facilityTypeCode: 'RAMP',
      timeZone: 'Asia/Shanghai',
      port: 'qinzhou',
      openingRules: everyDay,
      yardDensityPercent: 61.5,
    },
    {
      localCode: 'youyiguan',
      noun: 'border-crossing',
      controllerCode: 'customs',
      name: { zh: '友谊关', en: 'Youyiguan' },
      facilityTypeCode: 'BORD',
      timeZone: 'Asia/Shanghai',
      portCategory: 'LAND_ROAD',
      counterpart: { locationName: { en: 'Huu Nghi' }, UNLocationCode: 'VNHNG' },
      openingRules: everyDay,
      queueLength: 12,
    },
  ],
  organisations: [],
  sources: [{ client: 'qinzhou-terminal', formats: ['consignment.v1'], profile: null, controllerCode: 'port-operator' }],
};

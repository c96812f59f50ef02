/**
 * The ways goods take in the demo, and what travels on them. Times are hours after the departure from the origin; where a train or vessel goes by the
 * timetable, they say when goods are ready for it, and how long it takes says the timetable. Weights say how often.
 */
import type { ConsignmentMessage } from '@corridor/schemas';
import { chongqing, guiyang, haiphong, langSon, lanzhou, nanning, type Place, qinzhou, singapore, youyiguan } from './demo-places.ts';
import { type DemoHolder, demoGates } from './demo-sources.ts';

/** One leg: from, to, who runs it, and when after the start. */
export type RouteLeg = {
  readonly modeOfTransport: ConsignmentMessage['legs'][number]['modeOfTransport'];
  readonly from: Place;
  readonly to: Place;
  readonly partyCode: string;
  readonly departs: number;
  readonly arrives: number;
};

/** What happens to boxes on the way, so many hours after a leg's departure or arrival (before: negative), and who reports it. */
export type RouteReport = {
  readonly holder: DemoHolder;
  /** Through a gate, or onto the leg's vessel and off it. */
  readonly type: 'GTIN' | 'GTOT' | 'LOAD' | 'DISC';
  readonly leg: number;
  readonly end: 'departs' | 'arrives';
  readonly hours: number;
  readonly place: { readonly UNLocationCode: string; readonly terminal: string };
};

/** Goods: what a box of them holds. */
export type Goods = {
  readonly weight: number;
  readonly descriptionOfGoods: string;
  readonly HSCode: string;
  readonly boxKg: number;
  readonly packageKg: number;
  /** Value of a kilogram in the route's currency. */
  readonly kgValue: number;
  readonly sizeType: '22G1' | '45G1' | '45R1';
};

/** A way from the first sender to the last receiver. */
export type Route = {
  readonly name: string;
  readonly weight: number;
  readonly holders: readonly [DemoHolder, ...DemoHolder[]];
  readonly legs: readonly [RouteLeg, ...RouteLeg[]];
  readonly reports: readonly RouteReport[];
  readonly goods: readonly [Goods, ...Goods[]];
  readonly currencyCode: 'CNY' | 'USD';
};

const goods = (
  weight: number,
  descriptionOfGoods: string,
  HSCode: string,
  sizeType: Goods['sizeType'],
  boxKg: number,
  packageKg: number,
  kgValue: number,
): Goods => ({ weight, descriptionOfGoods, HSCode, sizeType, boxKg, packageKg, kgValue });
const rail = (from: Place, to: Place, partyCode: string, departs: number, arrives: number): RouteLeg => ({
  modeOfTransport: 'RAIL',
  from,
  to,
  partyCode,
  departs,
  arrives,
});
const vessel = (from: Place, to: Place, partyCode: string, departs: number, arrives: number): RouteLeg => ({
  modeOfTransport: 'VESSEL',
  from,
  to,
  partyCode,
  departs,
  arrives,
});
const truck = (from: Place, to: Place, partyCode: string, departs: number, arrives: number): RouteLeg => ({
  modeOfTransport: 'TRUCK',
  from,
  to,
  partyCode,
  departs,
  arrives,
});
const departing = (
  holder: DemoHolder,
  type: RouteReport['type'],
  leg: number,
  hours: number,
  place: keyof typeof demoGates,
): RouteReport => ({
  holder,
  type,
  leg,
  end: 'departs',
  hours,
  place: demoGates[place],
});
const arriving = (
  holder: DemoHolder,
  type: RouteReport['type'],
  leg: number,
  hours: number,
  place: keyof typeof demoGates,
): RouteReport => ({
  ...departing(holder, type, leg, hours, place),
  end: 'arrives',
});

/** The routes of the demo. */
export const demoRoutes: readonly [Route, ...Route[]] = [
  {
    name: 'Chongqing – Qinzhou – Singapore',
    weight: 32,
    holders: ['chongqing', 'guangxi', 'asean'],
    legs: [rail(chongqing, qinzhou, 'CQ', 0, 46), vessel(qinzhou, singapore, 'SG', 96, 216)],
    reports: [
      departing('chongqing', 'GTIN', 0, -6, 'tuanjiecun'),
      departing('chongqing', 'GTOT', 0, -1, 'tuanjiecun'),
      arriving('guangxi', 'GTIN', 0, 1, 'beibuGulf'),
      departing('guangxi', 'LOAD', 1, -6, 'beibuGulf'),
      arriving('asean', 'DISC', 1, 3, 'tuas'),
      arriving('asean', 'GTOT', 1, 10, 'tuas'),
    ],
    goods: [
      goods(5, '摩托车零件 motorcycle parts', '871410', '45G1', 18_400, 28.75, 26),
      goods(4, '笔记本电脑 laptop computers', '847130', '45G1', 11_200, 3.5, 410),
      goods(3, '汽车零件 motor vehicle parts', '870899', '45G1', 16_900, 22.5, 34),
      goods(2, '玻璃纤维纱线 glass fibre rovings', '701912', '22G1', 21_500, 980, 6.5),
    ],
    currencyCode: 'CNY',
  },
  {
    name: 'Lanzhou – Guiyang – Qinzhou – Singapore',
    weight: 14,
    holders: ['gansu', 'guizhou', 'guangxi', 'asean'],
    legs: [rail(lanzhou, guiyang, 'GS', 0, 42), rail(guiyang, qinzhou, 'GZ', 48, 68), vessel(qinzhou, singapore, 'SG', 102, 222)],
    reports: [
      departing('gansu', 'GTIN', 0, -5, 'dongchuan'),
      departing('gansu', 'GTOT', 0, -1, 'dongchuan'),
      arriving('guizhou', 'GTIN', 0, 1, 'dulaying'),
      departing('guizhou', 'GTOT', 1, -1, 'dulaying'),
      arriving('guangxi', 'GTIN', 1, 1, 'beibuGulf'),
      departing('guangxi', 'LOAD', 2, -6, 'beibuGulf'),
      arriving('asean', 'DISC', 2, 3, 'tuas'),
      arriving('asean', 'GTOT', 2, 8, 'tuas'),
    ],
    goods: [
      goods(5, '鲜苹果 fresh apples', '080810', '45R1', 24_300, 20.25, 7.6),
      goods(2, '洋葱 onions', '070310', '45R1', 25_800, 20, 2.1),
      goods(2, '枸杞 goji berries, dried', '081340', '22G1', 14_600, 20, 48),
      goods(1, '电解铝 unwrought aluminium', '760110', '22G1', 25_200, 1_050, 19),
    ],
    currencyCode: 'CNY',
  },
  {
    name: 'Guiyang – Qinzhou – Haiphong',
    weight: 14,
    holders: ['guizhou', 'guangxi'],
    legs: [rail(guiyang, qinzhou, 'GZ', 0, 20), vessel(qinzhou, haiphong, 'VN', 54, 90)],
    reports: [
      departing('guizhou', 'GTIN', 0, -5, 'dulaying'),
      departing('guizhou', 'GTOT', 0, -1, 'dulaying'),
      arriving('guangxi', 'GTIN', 0, 1, 'beibuGulf'),
      departing('guangxi', 'LOAD', 1, -6, 'beibuGulf'),
    ],
    goods: [
      goods(4, '载重汽车轮胎 truck tyres', '401120', '22G1', 14_950, 57.5, 2.8),
      goods(3, '磷酸二铵 diammonium phosphate', '310530', '22G1', 25_000, 50, 0.55),
      goods(2, '茶叶 green tea', '090220', '22G1', 9_800, 20, 11),
    ],
    currencyCode: 'USD',
  },
  {
    name: 'Lang Son – Youyiguan – Nanning',
    weight: 28,
    holders: ['guangxi'],
    legs: [truck(langSon, youyiguan, 'VN', 0, 5), truck(youyiguan, nanning, 'GX', 8, 13)],
    reports: [arriving('guangxi', 'GTIN', 0, 0, 'youyiguan'), departing('guangxi', 'GTOT', 1, 0, 'youyiguan')],
    goods: [
      goods(5, '鲜榴莲 fresh durian', '081060', '45R1', 19_400, 18, 5),
      goods(3, '火龙果 dragon fruit', '081090', '45R1', 20_600, 20, 1.1),
      goods(2, '集成电路 electronic integrated circuits', '854231', '45G1', 8_600, 8, 96),
      goods(1, '木薯淀粉 cassava starch', '110814', '22G1', 24_000, 50, 0.48),
    ],
    currencyCode: 'USD',
  },
  {
    name: 'Singapore – Qinzhou – Chongqing',
    weight: 12,
    holders: ['asean', 'guangxi', 'chongqing'],
    legs: [vessel(singapore, qinzhou, 'SG', 0, 118), rail(qinzhou, chongqing, 'GX', 150, 198)],
    reports: [
      departing('asean', 'GTIN', 0, -20, 'tuas'),
      departing('asean', 'LOAD', 0, -5, 'tuas'),
      arriving('guangxi', 'DISC', 0, 3, 'beibuGulf'),
      departing('guangxi', 'GTOT', 1, -3, 'beibuGulf'),
      arriving('chongqing', 'GTIN', 1, 1, 'tuanjiecun'),
      arriving('chongqing', 'GTOT', 1, 15, 'tuanjiecun'),
    ],
    goods: [
      goods(3, '聚乙烯 polyethylene', '390110', '22G1', 24_750, 25, 1.2),
      goods(2, '冷冻鱼 frozen fish', '030389', '45R1', 25_200, 20, 2.7),
      goods(2, '可可粉 cocoa powder', '180500', '22G1', 19_500, 25, 6.2),
    ],
    currencyCode: 'USD',
  },
];

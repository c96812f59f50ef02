/** The ways goods take in the demo, and what travels on them. Times are hours after the departure from the origin. Weights say how often. */
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

/** A gate on the way, and who reports it. */
export type RouteGate = {
  readonly holder: DemoHolder;
  readonly type: 'GTIN' | 'GTOT';
  readonly hour: number;
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
  readonly gates: readonly RouteGate[];
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
const gate = (holder: DemoHolder, type: RouteGate['type'], hour: number, place: keyof typeof demoGates): RouteGate => ({
  holder,
  type,
  hour,
  place: demoGates[place],
});

/** The routes of the demo. */
export const demoRoutes: readonly [Route, ...Route[]] = [
  {
    name: 'Chongqing – Qinzhou – Singapore',
    weight: 32,
    holders: ['chongqing', 'guangxi', 'asean'],
    legs: [rail(chongqing, qinzhou, 'CQ', 0, 46), vessel(qinzhou, singapore, 'SG', 96, 216)],
    gates: [
      gate('chongqing', 'GTIN', -6, 'tuanjiecun'),
      gate('chongqing', 'GTOT', 0, 'tuanjiecun'),
      gate('guangxi', 'GTIN', 47, 'beibuGulf'),
      gate('asean', 'GTOT', 226, 'tuas'),
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
    gates: [
      gate('gansu', 'GTIN', -5, 'dongchuan'),
      gate('gansu', 'GTOT', 0, 'dongchuan'),
      gate('guizhou', 'GTIN', 42, 'dulaying'),
      gate('guizhou', 'GTOT', 48, 'dulaying'),
      gate('guangxi', 'GTIN', 69, 'beibuGulf'),
      gate('asean', 'GTOT', 230, 'tuas'),
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
    gates: [gate('guizhou', 'GTIN', -5, 'dulaying'), gate('guizhou', 'GTOT', 0, 'dulaying'), gate('guangxi', 'GTIN', 21, 'beibuGulf')],
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
    gates: [gate('guangxi', 'GTIN', 5, 'youyiguan'), gate('guangxi', 'GTOT', 8, 'youyiguan')],
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
    gates: [
      gate('asean', 'GTIN', -20, 'tuas'),
      gate('guangxi', 'GTOT', 149, 'beibuGulf'),
      gate('chongqing', 'GTIN', 199, 'tuanjiecun'),
      gate('chongqing', 'GTOT', 214, 'tuanjiecun'),
    ],
    goods: [
      goods(3, '聚乙烯 polyethylene', '390110', '22G1', 24_750, 25, 1.2),
      goods(2, '冷冻鱼 frozen fish', '030389', '45R1', 25_200, 20, 2.7),
      goods(2, '可可粉 cocoa powder', '180500', '22G1', 19_500, 25, 6.2),
    ],
    currencyCode: 'USD',
  },
];

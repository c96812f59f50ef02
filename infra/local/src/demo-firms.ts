/** Firms of the demo's traffic. All are invented: their names say sample 示例, their numbers are valid in form and given to nobody. */
import type { ConsignmentMessage } from '@corridor/schemas';
import { companyNumber, creditCode } from './demo-numbers.ts';
import { foreignFirm, mainlandFirm } from './demo-places.ts';
import { between, pick, type SeededRandom } from './seeded-random.ts';

type Participant = ConsignmentMessage['participants'][number];

type Trade = { readonly zh: string; readonly en: string };
const trades: readonly [Trade, ...Trade[]] = [
  { zh: '机电', en: 'Machinery' },
  { zh: '农产品', en: 'Farm Produce' },
  { zh: '进出口', en: 'Trading' },
  { zh: '供应链', en: 'Supply Chain' },
  { zh: '材料', en: 'Materials' },
];

type Town = { readonly zh: string; readonly en: string; readonly area: string };
const towns: Readonly<Record<string, Town>> = {
  CNCQI: { zh: '重庆', en: 'Chongqing', area: '500000' },
  CNLAZ: { zh: '兰州', en: 'Lanzhou', area: '620100' },
  CNGYA: { zh: '贵州', en: 'Guizhou', area: '520100' },
  CNNIN: { zh: '南宁', en: 'Nanning', area: '450100' },
};

/** A trading firm at a place (UN/LOCODE), in a function of UN/EDIFACT 3035: one of some thirty per place. */
export function tradingFirm(random: SeededRandom, participantFunction: 'CZ' | 'CN', UNLocationCode: string): Participant {
  const trade = pick(random, trades);
  const number = between(random, 11, 16);
  const town = towns[UNLocationCode];
  const serial = number * 10 + trades.indexOf(trade);
  if (town !== undefined) {
    const { zh, en, area } = town;
    return mainlandFirm(
      participantFunction,
      creditCode(area, serial),
      `${zh}示例${trade.zh}第${number}有限公司`,
      `${en} Sample ${trade.en} No. ${number} Co., Ltd.`,
    );
  }
  if (UNLocationCode === 'SGSIN') {
    return foreignFirm(participantFunction, 'UEN', companyNumber(99_000 + serial), `Sample ${trade.en} No. ${number} Pte. Ltd.`);
  }
  const city = UNLocationCode === 'VNHPH' ? 'Haiphong' : 'Lang Son';
  return foreignFirm(participantFunction, 'NATIONAL', `VN:0990000${serial}`, `Sample ${city} ${trade.en} No. ${number} Co., Ltd.`);
}

/** The firms that arrange transport from and to the mainland: ones the owners’ registries know. */
export const forwarders: readonly [Participant, ...Participant[]] = [
  mainlandFirm('FW', '91620100MA0000015W', '兰州示例国际货运代理有限公司', 'Lanzhou Sample Freight Forwarding Co., Ltd.'),
  mainlandFirm('FW', '91500000MA000004X6', '重庆示例供应链有限公司', 'Chongqing Sample Supply Chain Co., Ltd.'),
];
/** The forwarder for goods from Viet Nam. */
export const langSonForwarder: Participant = foreignFirm('FW', 'NATIONAL', 'VN:0100000001', 'Sample Lang Son Logistics Co., Ltd.');
/** The customs broker of the demo. */
export const broker: Participant = mainlandFirm(
  'DT',
  '91450700MA00000588',
  '钦州示例报关有限公司',
  'Qinzhou Sample Customs Brokers Co., Ltd.',
);

/** Places and firms of the demo: real places of the corridor, invented firms as the owners' registries know them. */
import type { ConsignmentMessage } from '@corridor/schemas';

/** A place as `consignment.v1` names it. */
export type Place = NonNullable<ConsignmentMessage['placeOfDelivery']>;

type Participant = ConsignmentMessage['participants'][number];

export const chongqing: Place = { UNLocationCode: 'CNCQI', locationName: { zh: '重庆', en: 'Chongqing' } };
export const lanzhou: Place = { UNLocationCode: 'CNLAZ', locationName: { zh: '兰州', en: 'Lanzhou' } };
export const guiyang: Place = { UNLocationCode: 'CNGYA', locationName: { zh: '贵阳', en: 'Guiyang' } };
export const qinzhou: Place = {
  UNLocationCode: 'CNQZH',
  facilityCode: 'BICT',
  facilityCodeListProvider: 'SMDG',
  locationName: { zh: '钦州港', en: 'Qinzhou' },
};
export const youyiguan: Place = { UNLocationCode: 'CNYYG', locationName: { zh: '友谊关', en: 'Youyiguan' } };
export const nanning: Place = { UNLocationCode: 'CNNIN', locationName: { zh: '南宁', en: 'Nanning' } };
export const singapore: Place = {
  UNLocationCode: 'SGSIN',
  facilityCode: 'PSATUA',
  facilityCodeListProvider: 'SMDG',
  locationName: { zh: '新加坡', en: 'Singapore' },
};
export const haiphong: Place = { UNLocationCode: 'VNHPH', locationName: { zh: '海防', en: 'Haiphong' } };
export const langSon: Place = { UNLocationCode: 'VNLGS', locationName: { zh: '谅山', en: 'Lang Son' } };

/** A firm of the mainland, by its USCC (GB 32100). */
export const mainlandFirm = (participantFunction: string, identification: string, zh: string, en: string): Participant => ({
  participantFunction,
  identificationScheme: 'USCC',
  identification,
  partyName: { zh, en },
});
/** A firm abroad, by UEN or national register. */
export const foreignFirm = (
  participantFunction: string,
  identificationScheme: 'UEN' | 'NATIONAL',
  identification: string,
  en: string,
): Participant => ({
  participantFunction,
  identificationScheme,
  identification,
  partyName: { en },
});

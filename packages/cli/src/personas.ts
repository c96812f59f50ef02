/** Somebody of the demo one can ask as: a client of the development issuer, or nobody. */
export type Persona = {
  readonly name: string;
  /** Realm that gives its token; `null`: no token, the public audience. */
  readonly realm: 'corridor' | 'asean' | null;
  /** Registry code of its party. */
  readonly party: string | null;
  readonly who: { readonly zh: string; readonly en: string };
};

/** All personas. They are fictional; the development issuer alone knows their clients. */
export const personas: readonly Persona[] = [
  {
    name: 'cq-officer',
    realm: 'corridor',
    party: 'CQ',
    who: { zh: '重庆物流主管部门人员：另一省份', en: 'officer of the Chongqing logistics office: another province' },
  },
  {
    name: 'lz-forwarder',
    realm: 'corridor',
    party: 'GS',
    who: { zh: '兰州货运代理：托运记录中的具名企业', en: 'freight forwarder in Lanzhou: a firm named on consignments' },
  },
  {
    name: 'sg-terminal',
    realm: 'asean',
    party: 'SG',
    who: { zh: '新加坡码头：货物途经方，仅见时间、地点、状态', en: 'terminal in Singapore: on the route, sees time, place and status' },
  },
  {
    name: 'gx-officer',
    realm: 'corridor',
    party: 'GX',
    who: {
      zh: '广西人员：在广西自有入口（--at guangxi）可查访问记录',
      en: 'officer of Guangxi: with --at guangxi reads who read its records',
    },
  },
  {
    name: 'gz-officer',
    realm: 'corridor',
    party: 'GZ',
    who: { zh: '贵州人员：过境省份，看预计到达时间与件数', en: 'officer of Guizhou: a province of transit, sees estimates and quantities' },
  },
  {
    name: 'vn-forwarder',
    realm: 'asean',
    party: 'VN',
    who: {
      zh: '谅山货运代理：经友谊关入境的货物，见状态与件数',
      en: 'freight forwarder in Lang Son: status and quantities of goods through Youyiguan',
    },
  },
  { name: 'anonymous', realm: null, party: null, who: { zh: '无令牌：仅公开数据', en: 'no token: public data alone' } },
];

/** The persona of that name, or `undefined`. */
export function personaOf(name: string): Persona | undefined {
  return personas.find((persona) => persona.name === name);
}

/** The client a persona uses at one owner's own endpoint: `gx-officer-at-gx`. */
export function clientAtOwner(persona: Persona, registryCode: string): string {
  return `${persona.name}-at-${registryCode.toLowerCase()}`;
}

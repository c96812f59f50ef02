/** The source system of each holder of the demo, as its owner registered it: client, UNB identification, and the controller it speaks for. */
export const demoSources = {
  guangxi: { client: 'gx-terminal-system', sender: 'GXTERM', controllerCode: 'port-operator' },
  chongqing: { client: 'cq-terminal-system', sender: 'CQTERM', controllerCode: 'railway' },
  guizhou: { client: 'gz-terminal-system', sender: 'GZTERM', controllerCode: 'railway' },
  gansu: { client: 'gs-terminal-system', sender: 'GSTERM', controllerCode: 'railway' },
  asean: { client: 'sg-terminal-system', sender: 'SGTERM', controllerCode: 'SG.port-operator' },
} as const;

/** A party of the demo that holds records. */
export type DemoHolder = keyof typeof demoSources;

/** Where gates report from, each terminal by the code its source uses. */
export const demoGates = {
  tuanjiecun: { UNLocationCode: 'CNCQI', terminal: 'CQTJC' },
  dongchuan: { UNLocationCode: 'CNLAZ', terminal: 'LZDC' },
  dulaying: { UNLocationCode: 'CNGYA', terminal: 'GZDLY' },
  eastStation: { UNLocationCode: 'CNQZH', terminal: 'QZEAST' },
  beibuGulf: { UNLocationCode: 'CNQZH', terminal: 'BICT:TER:ZZZ' },
  youyiguan: { UNLocationCode: 'CNYYG', terminal: 'YYGGATE' },
  tuas: { UNLocationCode: 'SGSIN', terminal: 'TUAS' },
} as const;

import { runParty } from '@corridor/party';
import { party } from './party.ts';

await runParty(party, process.env, process.argv[2]);

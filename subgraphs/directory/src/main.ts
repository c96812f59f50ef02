import { migrateSettings, runCommand, runProgram } from '@corridor/runtime';
import { migrateDatabase } from '@corridor/store';
import { directoryConfig } from './config.ts';
import { rebuildDirectory, startDirectory } from './start.ts';

const [, , command] = process.argv;
await runCommand('directory', command, {
  start: () => runProgram({ name: 'directory', config: () => directoryConfig(process.env), start: startDirectory }),
  steps: {
    async migrate({ clock }) {
      const applied = await migrateDatabase({
        model: 'directory',
        owner: 'directory',
        ...migrateSettings('directory', process.env),
        clock,
      });
      return applied.length === 0 ? 'nothing was missing' : applied.join(', ');
    },
    async rebuild({ clock }) {
      await rebuildDirectory(directoryConfig(process.env), { clock });
      return 'the index is empty; the next start fills it from the feeds';
    },
  },
});

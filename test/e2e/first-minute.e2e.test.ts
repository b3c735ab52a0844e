import { examine } from './console/look.ts';
import { openWebConsole, theFirstMinute } from './embedded/firstMinute.ts';

theFirstMinute('in a browser', { open: openWebConsole, examine });

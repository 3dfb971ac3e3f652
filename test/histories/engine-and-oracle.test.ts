/**
 * All that holds the engine to the oracle. One file, since one process then plays it all, and a process is the quicker the longer it has played:
 * nowhere else is so much asked of the same code.
 */

import './once-different.ts'
import './random-histories.ts'
import './worlds.ts'
import './nestings.ts'

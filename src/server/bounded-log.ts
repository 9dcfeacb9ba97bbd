import type { Log } from '../base/log.ts';
import { createTokenBucket } from '../base/token-bucket.ts';

/** A log for what a stranger can cause as often as they like: some lines at once, then one each second. */
export function boundedLog(log: Log): Log {
  const bucket = createTokenBucket();
  let leftOut = 0;
  const at =
    (level: keyof Log): Log[keyof Log] =>
    (fields, message) => {
      if (bucket.take(performance.now()) > 0) {
        leftOut += 1;
        return;
      }
      log[level](leftOut === 0 ? fields : { ...fields, leftOut }, message);
      leftOut = 0;
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

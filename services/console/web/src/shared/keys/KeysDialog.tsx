/** The keys, listed; and the switch for those who speak to their machine or hit keys by accident. */
import { Dialog } from '@/shared/ui/Dialog';
import { Check } from '@/shared/ui/Field';
import { EVERYWHERE, REVIEWING, setSingleKeys, useSingleKeys } from './keys';
import css from './KeysDialog.module.css';

export function KeysDialog({ onClose }: { onClose: () => void }) {
  const heard = useSingleKeys();
  return (
    <Dialog title="Keys" onClose={onClose}>
      {[EVERYWHERE, REVIEWING].map(({ title, single, keys }) => (
        <section key={title} className={css.group} data-off={single && !heard}>
          <h3>{title}</h3>
          <dl className={css.keys}>
            {keys.map(([key, what]) => (
              <div key={key}>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{what}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <Check label="Listen to keys without Ctrl or Alt" checked={heard} onChange={() => setSingleKeys(!heard)} />
    </Dialog>
  );
}

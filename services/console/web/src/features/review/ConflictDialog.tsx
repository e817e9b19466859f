/** Somebody saved another version in between: what it changed, and how to go on without losing what was typed. */
import { Button } from '@/shared/ui/Button';
import { Dialog } from '@/shared/ui/Dialog';
import { shownValue } from '@/shared/format/values';
import table from '@/shared/ui/table.module.css';

export type Difference = { path: string; base: unknown; current: unknown };

type Props = { text: string; differences: readonly Difference[]; onTake: () => void; onClose: () => void };

export function ConflictDialog({ text, differences, onTake, onClose }: Props) {
  return (
    <Dialog
      wide
      title="Somebody was faster"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Not yet</Button>
          <Button look="primary" onClick={onTake}>
            Take their version, with my changes on top
          </Button>
        </>
      }
    >
      <p>{text}</p>
      {differences.length > 0 && (
        <div className={table.scroll}>
          <table className={table.table}>
            <thead>
              <tr>
                <th>Value</th>
                <th>When you began</th>
                <th>Now</th>
              </tr>
            </thead>
            <tbody>
              {differences.map(({ path, base, current }) => (
                <tr key={path}>
                  <th scope="row" className="mono">
                    {path}
                  </th>
                  <td>{shownValue(base) || 'empty'}</td>
                  <td>{shownValue(current) || 'empty'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Dialog>
  );
}

import { useMemo, useState, type ReactNode } from 'react';
import { Card } from './Card';
import { useTasks, type Task } from '../hooks/useTasks';

interface TaskBoardProps {
  projectId: string;
  onOpen?: (task: Task) => void;
  children?: ReactNode;
}

const COLUMNS = ['todo', 'doing', 'done'] as const;

/** The tasks of a project, a column for each state. */
export function TaskBoard({ projectId, onOpen, children }: TaskBoardProps) {
  const { tasks, move } = useTasks(projectId);
  const [query, setQuery] = useState('');
  const shown = useMemo(() => tasks.filter((task) => task.title.includes(query)), [tasks, query]);

  const handleDrop = (task: Task, column: string) => {
    move(task.id, column);
  };

  return (
    <section className="board">
      <input value={query} onChange={(event) => setQuery(event.target.value)} />
      {COLUMNS.map((column) => (
        <Column key={column} title={column}>
          {shown
            .filter((task) => task.state === column)
            .map((task) => (
              <Card key={task.id} task={task} onClick={() => onOpen?.(task)} onDrop={() => handleDrop(task, column)} />
            ))}
        </Column>
      ))}
      {children}
    </section>
  );
}

const Column: React.FC<{ title: string; children: ReactNode }> = ({ title, children }) => (
  <div className="column">
    <h2>{title}</h2>
    {children}
  </div>
);

export const MemoBoard = memo(function MemoBoard(props: TaskBoardProps) {
  return <TaskBoard {...props} />;
});

export default TaskBoard;

export type TaskState = 'open' | 'done';

export interface Task {
  id: string;
  title: string;
  state: TaskState;
  listId: string;
  steps: Step[];
}

export interface Step {
  text: string;
  done: boolean;
}

export interface List {
  id: string;
  name: string | null;
}

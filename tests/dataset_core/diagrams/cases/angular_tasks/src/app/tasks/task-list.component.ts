import { Component, Input, inject } from '@angular/core';

import { Task } from './task.model';
import { TaskService } from './task.service';

@Component({ selector: 'app-task-list', template: '' })
export class TaskListComponent {
  @Input() tasks: Task[] = [];

  private readonly service = inject(TaskService);

  closeAll(): void {
    for (const task of this.tasks) {
      this.service.close(task).subscribe();
    }
    this.tasks = [];
  }
}
